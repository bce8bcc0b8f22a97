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
    ];
}
