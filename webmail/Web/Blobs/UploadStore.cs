using Npgsql;
using NpgsqlTypes;
using Webmail.Mail.Seams;
using Webmail.Web.Database;

namespace Webmail.Web.Blobs;

/// <summary>A file waiting to be attached.</summary>
internal sealed record Upload(string Type, ReadOnlyMemory<byte> Content);

/// <summary>Keeps uploads in the database for a day, so that any backend can attach them.</summary>
internal sealed class UploadStore(NpgsqlDataSource source)
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(1);

    /// <summary>SQL for the content of a row: what came at once is in it, what came in parts is beside it.</summary>
    public const string Content =
        "CASE WHEN bytes IS NULL THEN content ELSE coalesce((SELECT string_agg(part.content, '' ORDER BY at) FROM upload_part part WHERE upload = id), '') END";

    /// <summary>SQL for the length of the content of a whole row, in bytes, without putting it together.</summary>
    public const string Length = "coalesce(bytes, length(content))";

    /// <summary>SQL for rows of which nothing is missing.</summary>
    public const string IsWhole = "(bytes IS NULL OR received = bytes)";

    /// <summary>May run twice: the id is the effect's own.</summary>
    public ValueTask<bool> AddAsync(
        string accountId, UploadId id, string type, ReadOnlyMemory<byte> content, DateTimeOffset now, CancellationToken cancellationToken) =>
        source.AskAsync(
            """
            WITH old AS (DELETE FROM upload WHERE created < $5)
            INSERT INTO upload (id, account, media_type, content, created) VALUES ($1, $2, $3, $4, $6) ON CONFLICT (id) DO NOTHING
            """,
            async command =>
            {
                command.Parameters.AddWithValue(id.Value);
                command.Parameters.AddWithValue(accountId);
                command.Parameters.AddWithValue(type);
                command.Parameters.AddWithValue(NpgsqlDbType.Bytea, content);
                command.Parameters.AddWithValue(NpgsqlDbType.TimestampTz, (now - Lifetime).UtcDateTime);
                command.Parameters.AddWithValue(NpgsqlDbType.TimestampTz, now.UtcDateTime);
                await command.ExecuteNonQueryAsync(cancellationToken);
                return true;
            },
            cancellationToken);

    /// <summary>The content never changes, so the journal keeps its hash only; the type and the existence are a choice.</summary>
    public async ValueTask<Upload?> FindAsync(MailAccount account, UploadId id, CancellationToken cancellationToken)
    {
        var type = await account.Choices.ChooseAsync(
            "upload.find", token => ReadAsync<string>("media_type", account.Id, id, token), cancellationToken);
        if (type is null)
        {
            return null;
        }

        var content = await account.Choices.FetchAsync(
            $"upload {id}",
            async token => (await ReadAsync<byte[]>(Content, account.Id, id, token)).AsMemory(),
            cancellationToken);
        return new Upload(type, content);
    }

    private ValueTask<T?> ReadAsync<T>(string column, string accountId, UploadId id, CancellationToken cancellationToken)
        where T : class =>
        source.AskAsync(
            $"SELECT {column} FROM upload WHERE id = $1 AND account = $2 AND {IsWhole}",
            async command =>
            {
                command.Parameters.AddWithValue(id.Value);
                command.Parameters.AddWithValue(accountId);
                return (T?)await command.ExecuteScalarAsync(cancellationToken);
            },
            cancellationToken);
}
