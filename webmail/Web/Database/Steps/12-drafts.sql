CREATE TABLE draft_account (
    account text PRIMARY KEY,
    modified bigint NOT NULL,
    changes_from bigint NOT NULL);
CREATE TABLE draft (
    account text NOT NULL REFERENCES draft_account,
    id bigint NOT NULL,
    modified bigint NOT NULL,
    destroyed boolean NOT NULL DEFAULT false,
    key text,
    token uuid NOT NULL DEFAULT gen_random_uuid(),
    version int NOT NULL,
    last_version int NOT NULL,
    changed timestamptz NOT NULL,
    changed_elsewhere boolean NOT NULL DEFAULT false,
    written int NOT NULL DEFAULT 0,
    mailbox text,
    validity bigint,
    uid bigint,
    email text,
    replaced_mailbox text,
    replaced_validity bigint,
    replaced_uid bigint,
    due timestamptz,
    attempt bigint NOT NULL DEFAULT 0,
    leased_until timestamptz,
    doubt_until timestamptz,
    failures int NOT NULL DEFAULT 0,
    needs_sign_in boolean NOT NULL DEFAULT false,
    problem text,
    sealed_credentials bytea,
    PRIMARY KEY (account, id),
    UNIQUE (account, key));
CREATE INDEX draft_due ON draft (due) WHERE due IS NOT NULL;
CREATE INDEX draft_modified ON draft (account, modified);
CREATE TABLE draft_version (
    account text NOT NULL,
    draft bigint NOT NULL,
    version int NOT NULL,
    kind smallint NOT NULL,
    base int NOT NULL,
    saved timestamptz NOT NULL,
    bytes bigint NOT NULL,
    content text NOT NULL,
    blobs text[] NOT NULL,
    PRIMARY KEY (account, draft, version),
    FOREIGN KEY (account, draft) REFERENCES draft ON DELETE CASCADE);
CREATE TABLE draft_blob (
    account text NOT NULL,
    id text NOT NULL,
    media_type text NOT NULL,
    content bytea NOT NULL,
    used timestamptz NOT NULL,
    PRIMARY KEY (account, id));
CREATE TRIGGER tell_changed AFTER UPDATE ON draft_account FOR EACH ROW WHEN (OLD.modified <> NEW.modified) EXECUTE FUNCTION tell_mail_changed();
