namespace Webmail.Web.Database;

/// <summary>The tables, step by step. A released step never changes; a change is a new step.</summary>
internal static class Schema
{
    /// <summary>Any number, the same on all backends: one of them migrates, the others wait.</summary>
    public const long AdvisoryLock = 0x77656d61696c;

    public static IReadOnlyList<string> Steps { get; } =
    [
        """
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
        """,
        """
        DROP TABLE submission;
        CREATE TABLE submission (
            id uuid PRIMARY KEY,
            attempt uuid NOT NULL,
            state smallint NOT NULL,
            changed timestamptz NOT NULL);
        CREATE INDEX submission_changed ON submission (changed);
        """,
        """
        ALTER TABLE upload ADD COLUMN bytes bigint, ADD COLUMN received bigint NOT NULL DEFAULT 0;
        CREATE TABLE upload_part (
            upload uuid NOT NULL REFERENCES upload ON DELETE CASCADE,
            at bigint NOT NULL,
            content bytea NOT NULL,
            PRIMARY KEY (upload, at));
        """,
        """
        CREATE TABLE sieve_script (
            account text NOT NULL,
            name text NOT NULL,
            id text NOT NULL,
            PRIMARY KEY (account, name));
        """,
        """
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
        """,
        """
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
        """,
        """
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
        """,
        // The table submission stays as long as backends of the version before may still run.
        """
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
        """,
        """
        CREATE TABLE mail_domain (
            domain text PRIMARY KEY,
            settings jsonb NOT NULL);
        """,
    ];
}
