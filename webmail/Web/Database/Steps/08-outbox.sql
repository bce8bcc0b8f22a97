-- The table submission stays as long as backends of the version before may still run.
CREATE TABLE outbox_account (
    account text PRIMARY KEY,
    modified bigint NOT NULL,
    changes_from bigint NOT NULL);
CREATE TABLE outbox (
    account text NOT NULL REFERENCES outbox_account,
    id bigint NOT NULL,
    modified bigint NOT NULL,
    destroyed boolean NOT NULL DEFAULT false,
    key text,
    email text NOT NULL,
    thread text NOT NULL,
    message_id text NOT NULL,
    envelope text NOT NULL,
    sender text NOT NULL,
    recipients text[] NOT NULL,
    client_files boolean NOT NULL,
    send_at timestamptz NOT NULL,
    file_at timestamptz NOT NULL,
    state smallint NOT NULL,
    attempt bigint NOT NULL DEFAULT 0,
    left_attempt bigint,
    failures int NOT NULL DEFAULT 0,
    due timestamptz,
    leased_until timestamptz,
    needs_sign_in boolean NOT NULL DEFAULT false,
    reply text,
    problem text,
    draft text,
    sealed_credentials bytea,
    bytes bigint NOT NULL,
    content bytea,
    changed timestamptz NOT NULL,
    PRIMARY KEY (account, id),
    UNIQUE (account, key));
CREATE INDEX outbox_due ON outbox (due) WHERE due IS NOT NULL;
CREATE INDEX outbox_modified ON outbox (account, modified);
