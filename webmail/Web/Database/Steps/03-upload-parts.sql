ALTER TABLE upload ADD COLUMN bytes bigint, ADD COLUMN received bigint NOT NULL DEFAULT 0;
CREATE TABLE upload_part (
    upload uuid NOT NULL REFERENCES upload ON DELETE CASCADE,
    at bigint NOT NULL,
    content bytea NOT NULL,
    PRIMARY KEY (upload, at));
