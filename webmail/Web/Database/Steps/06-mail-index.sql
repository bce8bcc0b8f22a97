CREATE TABLE mail_index (
    account text PRIMARY KEY,
    modified bigint NOT NULL,
    changes_from bigint NOT NULL);
CREATE TABLE mailbox (
    account text NOT NULL REFERENCES mail_index ON DELETE CASCADE,
    id bigint NOT NULL,
    name text NOT NULL,
    parent text,
    label text NOT NULL,
    role text,
    selectable boolean NOT NULL,
    subscribed boolean NOT NULL,
    total int NOT NULL,
    unread int NOT NULL,
    threads int NOT NULL DEFAULT 0,
    unread_threads int NOT NULL DEFAULT 0,
    validity bigint NOT NULL,
    next_uid bigint NOT NULL,
    seen_validity bigint NOT NULL DEFAULT 0,
    seen_next_uid bigint NOT NULL DEFAULT 0,
    seen_from_uid bigint NOT NULL DEFAULT 0,
    seen_mod_seq numeric(20) NOT NULL DEFAULT 0,
    seen_total int NOT NULL DEFAULT 0,
    seen_unread int NOT NULL DEFAULT 0,
    flags_seen timestamptz NOT NULL DEFAULT '-infinity',
    version bigint NOT NULL DEFAULT 0,
    described bigint NOT NULL,
    modified bigint NOT NULL,
    PRIMARY KEY (account, id),
    UNIQUE (account, name));
CREATE TABLE email (
    account text NOT NULL,
    id bigint NOT NULL,
    mailbox bigint NOT NULL,
    uid bigint NOT NULL,
    thread bigint NOT NULL,
    created bigint NOT NULL,
    modified bigint NOT NULL,
    fingerprint bigint NOT NULL,
    received timestamptz NOT NULL,
    sent timestamptz NOT NULL,
    size bigint NOT NULL,
    keywords text[] NOT NULL,
    has_attachment boolean NOT NULL,
    preview text,
    from_text text NOT NULL,
    to_text text NOT NULL,
    cc_text text NOT NULL,
    bcc_text text NOT NULL,
    subject_text text NOT NULL,
    from_sort text NOT NULL,
    to_sort text NOT NULL,
    subject_sort text NOT NULL,
    envelope json NOT NULL,
    PRIMARY KEY (account, id),
    UNIQUE (account, mailbox, uid),
    FOREIGN KEY (account, mailbox) REFERENCES mailbox ON DELETE CASCADE);
CREATE INDEX email_received ON email (account, mailbox, received DESC, id DESC);
CREATE INDEX email_thread ON email (account, thread);
CREATE INDEX email_modified ON email (account, modified);
CREATE INDEX email_fingerprint ON email (account, fingerprint);
CREATE TABLE thread (
    account text NOT NULL REFERENCES mail_index ON DELETE CASCADE,
    id bigint NOT NULL,
    modified bigint NOT NULL,
    PRIMARY KEY (account, id));
CREATE INDEX thread_modified ON thread (account, modified);
CREATE TABLE thread_reference (
    account text NOT NULL REFERENCES mail_index ON DELETE CASCADE,
    reference bigint NOT NULL,
    thread bigint NOT NULL,
    PRIMARY KEY (account, reference));
CREATE TABLE mail_vanished (
    account text NOT NULL REFERENCES mail_index ON DELETE CASCADE,
    modified bigint NOT NULL,
    type smallint NOT NULL,
    id bigint NOT NULL,
    created bigint NOT NULL,
    thread bigint,
    fingerprint bigint,
    vanished timestamptz NOT NULL,
    PRIMARY KEY (account, modified));
CREATE INDEX mail_vanished_fingerprint ON mail_vanished (account, fingerprint) WHERE fingerprint IS NOT NULL;
