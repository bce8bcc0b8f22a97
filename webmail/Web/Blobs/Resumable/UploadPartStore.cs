using Npgsql;
using NpgsqlTypes;
using Webmail.Mail.Seams;
using Webmail.Web.Database;

namespace Webmail.Web.Blobs.Resumable;

/// <summary>How much of an upload is durable, in bytes, and how much there will be.</summary>
internal sealed record UploadProgress(long Received, long Bytes, DateTimeOffset Created);

/// <summary>Uploads that arrive in parts. Each part is committed before it is acknowledged; the database orders them.</summary>
internal sealed class UploadPartStore(NpgsqlDataSource source)
{
    /// <summary>May run twice: the id is the effect's own.</summary>
    public ValueTask<bool> BeginAsync(
        string accountId, UploadId id, string type, long bytes, DateTimeOffset now, CancellationToken cancellationToken) =>
        source.AskAsync(
            """
            WITH old AS (DELETE FROM upload WHERE created < $5)
            INSERT INTO upload (id, account, media_type, content, created, bytes) VALUES ($1, $2, $3, ''::bytea, $6, $4) ON CONFLICT (id) DO NOTHING
            """,
            async command =>
            {
                command.Parameters.AddWithValue(id.Value);
                command.Parameters.AddWithValue(accountId);
                command.Parameters.AddWithValue(type);
                command.Parameters.AddWithValue(bytes);
                command.Parameters.AddWithValue(NpgsqlDbType.TimestampTz, (now - UploadStore.Lifetime).UtcDateTime);
                command.Parameters.AddWithValue(NpgsqlDbType.TimestampTz, now.UtcDateTime);
                await command.ExecuteNonQueryAsync(cancellationToken);
                return true;
            },
            cancellationToken);

    /// <summary>Null if the account has no such upload in parts.</summary>
    public ValueTask<UploadProgress?> FindAsync(MailAccount account, UploadId id, CancellationToken cancellationToken) =>
        account.Choices.ChooseAsync("upload.progress", token => ReadAsync(account.Id, id, token), cancellationToken);

    /// <summary>
    /// Appends a part that begins where the upload ends. May run twice: a part that is there already, with the same bytes, counts as appended.
    /// </summary>
    /// <returns>False if the upload ends elsewhere, has other bytes there, would become longer than was said, or is gone.</returns>
    public ValueTask<bool> AppendAsync(string accountId, UploadId id, long offset, ReadOnlyMemory<byte> part, CancellationToken cancellationToken) =>
        source.AskAsync(
            """
            WITH grown AS (
                UPDATE upload SET received = received + $5 WHERE id = $1 AND account = $2 AND received = $3 AND received + $5 <= bytes RETURNING id),
            added AS (INSERT INTO upload_part (upload, at, content) SELECT id, $3, $4 FROM grown RETURNING at)
            SELECT EXISTS (SELECT FROM added)
                OR EXISTS (SELECT FROM upload_part JOIN upload ON upload = id WHERE id = $1 AND account = $2 AND at = $3 AND upload_part.content = $4)
            """,
            async command =>
            {
                command.Parameters.AddWithValue(id.Value);
                command.Parameters.AddWithValue(accountId);
                command.Parameters.AddWithValue(offset);
                command.Parameters.AddWithValue(NpgsqlDbType.Bytea, part);
                command.Parameters.AddWithValue((long)part.Length);
                return (bool)(await command.ExecuteScalarAsync(cancellationToken))!;
            },
            cancellationToken);

    /// <summary>May run twice.</summary>
    public ValueTask<bool> RemoveAsync(string accountId, UploadId id, CancellationToken cancellationToken) =>
        source.AskAsync(
            "DELETE FROM upload WHERE id = $1 AND account = $2",
            async command =>
            {
                command.Parameters.AddWithValue(id.Value);
                command.Parameters.AddWithValue(accountId);
                await command.ExecuteNonQueryAsync(cancellationToken);
                return true;
            },
            cancellationToken);

    private ValueTask<UploadProgress?> ReadAsync(string accountId, UploadId id, CancellationToken cancellationToken) =>
        source.AskAsync(
            "SELECT received, bytes, created FROM upload WHERE id = $1 AND account = $2 AND bytes IS NOT NULL",
            async command =>
            {
                command.Parameters.AddWithValue(id.Value);
                command.Parameters.AddWithValue(accountId);
                await using var reader = await command.ExecuteReaderAsync(cancellationToken);
                return await reader.ReadAsync(cancellationToken)
                    ? new UploadProgress(reader.GetInt64(0), reader.GetInt64(1), reader.GetFieldValue<DateTimeOffset>(2))
                    : null;
            },
            cancellationToken);
}
