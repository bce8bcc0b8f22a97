CREATE TABLE session (
    id bytea PRIMARY KEY,
    sealed_credentials bytea NOT NULL,
    created timestamptz NOT NULL,
    expires timestamptz NOT NULL);
CREATE INDEX session_expires ON session (expires);
CREATE TABLE upload (
    id uuid PRIMARY KEY,
    account text NOT NULL,
    media_type text NOT NULL,
    content bytea NOT NULL,
    created timestamptz NOT NULL);
CREATE INDEX upload_created ON upload (created);
CREATE TABLE submission (
    id uuid PRIMARY KEY,
    account text NOT NULL,
    message_id text NOT NULL,
    accepted timestamptz NOT NULL);
