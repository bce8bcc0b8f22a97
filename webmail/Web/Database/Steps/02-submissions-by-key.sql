DROP TABLE submission;
CREATE TABLE submission (
    id uuid PRIMARY KEY,
    attempt uuid NOT NULL,
    state smallint NOT NULL,
    changed timestamptz NOT NULL);
CREATE INDEX submission_changed ON submission (changed);
