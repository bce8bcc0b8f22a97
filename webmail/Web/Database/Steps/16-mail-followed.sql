CREATE TABLE mail_followed (
    account text PRIMARY KEY REFERENCES mail_index ON DELETE CASCADE,
    followed timestamptz NOT NULL);
