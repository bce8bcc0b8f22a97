using System.Text;
using Npgsql;
using Webmail.Mail.Seams;
using Webmail.Mail.Writing;
using Webmail.Web.Database;
using Webmail.Web.Jmap;
using Webmail.Web.Outbox;

namespace Webmail.Web.Drafts;

/// <summary>A view that changes: what a person does to his drafts, under the account's lock. Writers are told at the end.</summary>
internal sealed class DraftChanges : DraftView
{
    /// <summary>What writers listen to.</summary>
    public const string Channel = "draft";

    private readonly OutboxKey _key;
    private readonly Credentials _credentials;

    private DraftChanges(NpgsqlTransaction transaction, string account, AccountStates states, OutboxKey key, Credentials credentials)
        : base(transaction, account, states) => (_key, _credentials) = (key, credentials);

    public static async Task<DraftChanges> BeginAsync(NpgsqlTransaction transaction, MailAccount account, OutboxKey key) =>
        new(transaction, account.Id, await LockAsync(transaction, account.Id, Table), key, account.Credentials);

    /// <summary>Null if there is none (any longer).</summary>
    public async Task<Draft?> FindAsync(string id) =>
        DraftIds.TryParse(id, out var number)
        && await ListAsync(Draft.Read, $"SELECT {Draft.Columns()} FROM draft WHERE account = $1 AND id = $2 AND NOT destroyed", number) is [var found] ? found : null;

    /// <summary>The one that its client has given this key, also if it has gone; or null.</summary>
    public async Task<Draft?> FindByKeyAsync(string? key) =>
        key is not null && await ListAsync(Draft.Read, $"SELECT {Draft.Columns()} FROM draft WHERE account = $1 AND key = $2", key) is [var found] ? found : null;

    /// <summary>All attachments are there afterwards, and named by their content.</summary>
    public async Task KeepBlobsAsync(DraftContent content, NewBlobs blobs)
    {
        foreach (var id in content.Blobs.ToArray())
        {
            if (DraftIds.IsBlob(id))
            {
                content.Replace(id, id, await UseAsync(id) ?? throw new SetException(NewBlobs.Missing(id)));
                continue;
            }

            var blob = blobs.Get(id);
            content.Replace(id, blob.Id, blob.Type);
            if (await UseAsync(blob.Id) is null)
            {
                var bytes = (await ListAsync(row => row.GetInt64(0), "SELECT coalesce(sum(length(content)), 0)::bigint FROM draft_blob WHERE account = $1"))[0];
                if (bytes + blob.Content.Length > DraftLimits.BlobBytesMax)
                {
                    throw new SetException("overQuota", $"The attachments of all drafts have at most {DraftLimits.BlobBytesMax} bytes together; discard some.");
                }

                await RunAsync("INSERT INTO draft_blob VALUES ($1, $2, $3, $4, clock_timestamp())", blob.Id, blob.Type, blob.Content);
            }
        }
    }

    /// <param name="content">Its first version.</param>
    /// <param name="key">What its client calls it, or null.</param>
    /// <param name="replaced">The message in Drafts that it goes on with, or null.</param>
    public async Task<Draft> CreateAsync(DraftContent content, string? key, DraftPlace? replaced, NewBlobs blobs)
    {
        if ((await ListAsync(row => row.GetInt64(0), "SELECT count(*) FROM draft WHERE account = $1 AND NOT destroyed"))[0] >= DraftLimits.DraftsMax)
        {
            throw new SetException("overQuota", $"An account has at most {DraftLimits.DraftsMax} drafts.");
        }

        if (replaced is not null && await ListAsync(
            row => row.GetInt64(0),
            """
            SELECT id FROM draft WHERE account = $1 AND NOT destroyed
                AND ((mailbox, validity, uid) = ($2, $3, $4) OR (replaced_mailbox, replaced_validity, replaced_uid) = ($2, $3, $4))
            """,
            replaced.Mailbox,
            (long)replaced.Validity,
            (long)replaced.Uid) is [var other, ..])
        {
            throw new SetException(new SetError("alreadyExists", "The message is that of another draft.") { ExistingId = DraftIds.Of(other) });
        }

        await KeepBlobsAsync(content, blobs);
        await RequireRoomAsync(content);
        var number = ++Modified;
        await RunAsync(
            """
            INSERT INTO draft (account, id, modified, key, version, last_version, changed, replaced_mailbox, replaced_validity, replaced_uid)
            VALUES ($1, $2, $2, $3, 1, 1, clock_timestamp(), $4, $5, $6)
            """,
            number,
            (object?)key ?? DBNull.Value,
            (object?)replaced?.Mailbox ?? DBNull.Value,
            (object?)(long?)replaced?.Validity ?? DBNull.Value,
            (object?)(long?)replaced?.Uid ?? DBNull.Value);
        await AddVersionAsync(number, 1, VersionKind.Saved, 0, content);
        await WriteSoonAsync(number);
        return (await FindAsync(DraftIds.Of(number)))!;
    }

    /// <summary>A new current version.</summary>
    public async Task<Draft> SaveAsync(Draft draft, DraftContent content)
    {
        await RequireRoomAsync(content);
        var version = draft.LastVersion + 1;
        await RunAsync(
            "UPDATE draft SET modified = $3, version = $4, last_version = $4, changed = clock_timestamp() WHERE account = $1 AND id = $2", draft.Number, ++Modified, version);
        await AddVersionAsync(draft.Number, version, VersionKind.Saved, draft.Version, content);
        // The version before stays if the one kept before it is old enough.
        await RunAsync(
            """
            DELETE FROM draft_version old WHERE account = $1 AND draft = $2 AND version = $3 AND kind = 0 AND EXISTS (
                SELECT FROM draft_version WHERE account = $1 AND draft = $2 AND kind = 0 AND version < old.version AND saved > old.saved - $4::interval)
            """,
            draft.Number,
            draft.Version,
            DraftLimits.HistoryEvery);
        await WriteSoonAsync(draft.Number);
        return (await FindAsync(DraftIds.Of(draft.Number)))!;
    }

    /// <summary>Keeps a version that was made from one that is not the current one any longer: in the history, once. Its number.</summary>
    public async Task<int> KeepConflictAsync(Draft draft, int baseVersion, DraftContent content)
    {
        if (await ListAsync(
            row => row.GetInt32(0),
            "SELECT version FROM draft_version WHERE account = $1 AND draft = $2 AND kind = 1 AND content = $3",
            draft.Number,
            content.ToString()) is [var same, ..])
        {
            return same;
        }

        await RequireRoomAsync(content);
        var version = draft.LastVersion + 1;
        await AddVersionAsync(draft.Number, version, VersionKind.Conflict, baseVersion, content);
        await RunAsync("UPDATE draft SET modified = $3, last_version = $4 WHERE account = $1 AND id = $2", draft.Number, ++Modified, version);
        return version;
    }

    /// <summary>A version's content as it was kept; null if it is not there (any longer).</summary>
    public async Task<string?> ContentAsync(Draft draft, int version) =>
        await ListAsync(row => row.GetString(0), "SELECT content FROM draft_version WHERE account = $1 AND draft = $2 AND version = $3", draft.Number, version)
            is [var found] ? found : null;

    /// <summary>The person has seen it.</summary>
    public Task AcknowledgeAsync(Draft draft) =>
        RunAsync("UPDATE draft SET modified = $3, changed_elsewhere = false WHERE account = $1 AND id = $2", draft.Number, ++Modified);

    /// <summary>It is discarded or sent; its message goes from Drafts soon.</summary>
    public async Task DestroyAsync(Draft draft)
    {
        await RunAsync("UPDATE draft SET modified = $3, destroyed = true, changed = clock_timestamp() WHERE account = $1 AND id = $2", draft.Number, ++Modified);
        await RunAsync("DELETE FROM draft_version WHERE account = $1 AND draft = $2", draft.Number);
        await RunAsync(
            "UPDATE draft SET due = clock_timestamp(), failures = 0, needs_sign_in = false, sealed_credentials = $3 WHERE account = $1 AND id = $2",
            draft.Number,
            _key.Seal(Account, _credentials));
    }

    /// <summary>Its message is sent as it lies in Drafts: the draft is forgotten, and the message is its sender's to move. Does nothing if there are newer versions.</summary>
    public async Task ForgetAsync(string email)
    {
        foreach (var draft in await ListAsync(
            row => row.GetInt64(0), "SELECT id FROM draft WHERE account = $1 AND email = $2 AND NOT destroyed AND version = written", email))
        {
            await RunAsync(
                """
                UPDATE draft SET modified = $3, destroyed = true, changed = clock_timestamp(), due = NULL, sealed_credentials = NULL, email = NULL
                WHERE account = $1 AND id = $2
                """,
                draft,
                ++Modified);
            await RunAsync("DELETE FROM draft_version WHERE account = $1 AND draft = $2", draft);
        }
    }

    public async Task EndAsync()
    {
        await RunAsync(
            """
            WITH old AS (
                DELETE FROM draft WHERE account = $1 AND destroyed AND due IS NULL AND NOT needs_sign_in AND changed < clock_timestamp() - $3::interval RETURNING modified)
            UPDATE draft_account SET modified = $2, changes_from = greatest(changes_from, (SELECT max(modified) FROM old)) WHERE account = $1
            """,
            Modified,
            DraftLimits.Lifetime);
        await RunAsync(
            """
            DELETE FROM draft_blob WHERE account = $1 AND used < clock_timestamp() - $2::interval
                AND NOT EXISTS (SELECT FROM draft_version WHERE draft_version.account = $1 AND draft_blob.id = ANY(blobs))
            """,
            DraftLimits.BlobLifetime);
        await RunAsync($"SELECT pg_notify('{Channel}', $1)");
    }

    private async Task AddVersionAsync(long number, int version, VersionKind kind, int baseVersion, DraftContent content)
    {
        var text = content.ToString();
        await RunAsync(
            "INSERT INTO draft_version VALUES ($1, $2, $3, $4, $5, clock_timestamp(), $6, $7, $8)",
            number, version, (short)kind, baseVersion, (long)Encoding.UTF8.GetByteCount(text), text, content.Blobs.ToArray());
        await RunAsync(
            """
            WITH history AS (
                SELECT version, saved, row_number() OVER (PARTITION BY kind ORDER BY version DESC) AS place FROM draft_version one
                WHERE account = $1 AND draft = $2 AND version <> (SELECT version FROM draft WHERE account = $1 AND id = $2))
            DELETE FROM draft_version WHERE account = $1 AND draft = $2
                AND version IN (SELECT version FROM history WHERE saved < clock_timestamp() - $3::interval OR place > $4)
            """,
            number, DraftLimits.Lifetime, DraftLimits.HistoryMax);
    }

    private async Task RequireRoomAsync(DraftContent content)
    {
        var bytes = (await ListAsync(row => row.GetInt64(0), "SELECT coalesce(sum(bytes), 0)::bigint FROM draft_version WHERE account = $1"))[0];
        if (bytes + Encoding.UTF8.GetByteCount(content.ToString()) > DraftLimits.TextBytesMax)
        {
            throw new SetException("overQuota", $"The drafts of an account have at most {DraftLimits.TextBytesMax} bytes; discard some.");
        }
    }

    /// <summary>Its type; null if it is not there.</summary>
    private async Task<string?> UseAsync(string blob) =>
        await ListAsync(row => row.GetString(0), "UPDATE draft_blob SET used = clock_timestamp() WHERE account = $1 AND id = $2 RETURNING media_type", blob) is [var type]
            ? type : null;

    private Task WriteSoonAsync(long number) => RunAsync(
        """
        UPDATE draft SET failures = 0, needs_sign_in = false, problem = NULL, sealed_credentials = $3, due = least(due, clock_timestamp() + $4::interval + $5::interval * (
            SELECT coalesce(sum(length(draft_blob.content)), 0) / 1048576 FROM draft_blob JOIN draft_version version ON draft_blob.id = ANY(version.blobs)
            WHERE draft_blob.account = $1 AND version.account = $1 AND version.draft = $2 AND version.version = draft.version))
        WHERE account = $1 AND id = $2
        """,
        number,
        _key.Seal(Account, _credentials),
        DraftLimits.WriteAfter,
        DraftLimits.WriteAfterMebibyte);
}
