using Npgsql;
using NpgsqlTypes;
using Webmail.Web.Database;

namespace Webmail.Web.Sessions;

/// <summary>The session rows. Each statement may run twice without harm.</summary>
internal sealed class SessionStore(NpgsqlDataSource source)
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(30);

    public ValueTask<bool> AddAsync(byte[] id, byte[] sealedCredentials, DateTimeOffset now, CancellationToken cancellationToken) =>
        source.AskAsync(
            """
            WITH old AS (DELETE FROM session WHERE expires < $3)
            INSERT INTO session (id, sealed_credentials, created, expires) VALUES ($1, $2, $3, $4) ON CONFLICT (id) DO NOTHING
            """,
            async command =>
            {
                command.Parameters.AddWithValue(id);
                command.Parameters.AddWithValue(sealedCredentials);
                command.Parameters.AddWithValue(NpgsqlDbType.TimestampTz, now.UtcDateTime);
                command.Parameters.AddWithValue(NpgsqlDbType.TimestampTz, (now + Lifetime).UtcDateTime);
                await command.ExecuteNonQueryAsync(cancellationToken);
                return true;
            },
            cancellationToken);

    public ValueTask<byte[]?> FindAsync(byte[] id, DateTimeOffset now, CancellationToken cancellationToken) =>
        source.AskAsync(
            "SELECT sealed_credentials FROM session WHERE id = $1 AND expires > $2",
            async command =>
            {
                command.Parameters.AddWithValue(id);
                command.Parameters.AddWithValue(NpgsqlDbType.TimestampTz, now.UtcDateTime);
                return (byte[]?)await command.ExecuteScalarAsync(cancellationToken);
            },
            cancellationToken);

    public ValueTask<bool> RemoveAsync(byte[] id, CancellationToken cancellationToken) =>
        source.AskAsync(
            "DELETE FROM session WHERE id = $1",
            async command =>
            {
                command.Parameters.AddWithValue(id);
                await command.ExecuteNonQueryAsync(cancellationToken);
                return true;
            },
            cancellationToken);
}
