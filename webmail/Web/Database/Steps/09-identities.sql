CREATE TABLE identity_account (
    account text PRIMARY KEY,
    modified bigint NOT NULL,
    changes_from bigint NOT NULL);
CREATE TABLE identity (
    account text NOT NULL REFERENCES identity_account,
    id bigint NOT NULL,
    modified bigint NOT NULL,
    destroyed boolean NOT NULL DEFAULT false,
    name text NOT NULL,
    reply_to text,
    bcc text,
    text_signature text NOT NULL,
    html_signature text NOT NULL,
    PRIMARY KEY (account, id));
ALTER TABLE outbox ADD COLUMN identity bigint NOT NULL DEFAULT 0;
