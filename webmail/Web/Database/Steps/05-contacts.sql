CREATE TABLE effect_outcome (
    id uuid PRIMARY KEY,
    outcome text,
    performed timestamptz NOT NULL);
CREATE INDEX effect_outcome_performed ON effect_outcome (performed);
CREATE TABLE contact_account (
    account text PRIMARY KEY,
    modified bigint NOT NULL,
    books_state bigint NOT NULL,
    cards_state bigint NOT NULL,
    changes_from bigint NOT NULL,
    default_book bigint NOT NULL);
CREATE TABLE address_book (
    account text NOT NULL REFERENCES contact_account,
    id bigint NOT NULL,
    name text NOT NULL,
    description text,
    sort_order int NOT NULL,
    is_subscribed boolean NOT NULL,
    PRIMARY KEY (account, id));
CREATE TABLE contact_card (
    account text NOT NULL REFERENCES contact_account,
    id bigint NOT NULL,
    uid text NOT NULL,
    kind text NOT NULL,
    books bigint[] NOT NULL,
    members text[] NOT NULL,
    media text[] NOT NULL,
    created timestamptz NOT NULL,
    updated timestamptz NOT NULL,
    given text NOT NULL,
    surname text NOT NULL,
    surname2 text NOT NULL,
    words jsonb NOT NULL,
    card jsonb NOT NULL,
    PRIMARY KEY (account, id),
    UNIQUE (account, uid));
CREATE TABLE contact_change (
    account text NOT NULL REFERENCES contact_account,
    modified bigint NOT NULL,
    type smallint NOT NULL,
    id bigint NOT NULL,
    verb smallint NOT NULL,
    changed timestamptz NOT NULL,
    PRIMARY KEY (account, modified));
CREATE TABLE contact_media (
    account text NOT NULL REFERENCES contact_account,
    hash text NOT NULL,
    media_type text NOT NULL,
    content bytea NOT NULL,
    used timestamptz NOT NULL,
    PRIMARY KEY (account, hash));
