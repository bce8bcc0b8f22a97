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
    ];
}
