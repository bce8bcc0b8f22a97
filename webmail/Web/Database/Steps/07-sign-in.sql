ALTER TABLE session
    ADD COLUMN account text,
    ADD COLUMN kept boolean NOT NULL DEFAULT true,
    ADD COLUMN device text,
    ADD COLUMN network text,
    ADD COLUMN used timestamptz;
CREATE INDEX session_account ON session (account);
CREATE TABLE sign_in_failure (
    key text PRIMARY KEY,
    count int NOT NULL,
    since timestamptz NOT NULL);
CREATE INDEX sign_in_failure_since ON sign_in_failure (since);
CREATE TABLE second_factor (
    account text PRIMARY KEY,
    sealed_secret bytea NOT NULL,
    last_step bigint NOT NULL,
    confirmed timestamptz);
CREATE TABLE recovery_code (
    account text NOT NULL REFERENCES second_factor ON DELETE CASCADE,
    hash bytea NOT NULL,
    PRIMARY KEY (account, hash));
