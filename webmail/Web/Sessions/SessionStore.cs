using Npgsql;
using NpgsqlTypes;
using Webmail.Web.Database;

namespace Webmail.Web.Sessions;

/// <summary>The session rows. Each statement may run twice without harm.</summary>
internal sealed class SessionStore(NpgsqlDataSource source)
{
    private const int ListedMax = 100;

    /// <summary>Begins a session, or gives one that exists new credentials of the same account.</summary>
    public ValueTask<bool> PutAsync(
        byte[] id, byte[] sealedCredentials, string account, Device device, bool isKept, DateTimeOffset now, CancellationToken cancellationToken) =>
        ChangeAsync(
            """
            WITH old AS (DELETE FROM session WHERE expires < $7)
            INSERT INTO session (id, sealed_credentials, account, device, network, kept, created, used, expires) VALUES ($1, $2, $3, $4, $5, $6, $7, $7, $8)
            ON CONFLICT (id) DO UPDATE SET
                sealed_credentials = excluded.sealed_credentials, account = excluded.account, device = excluded.device, network = excluded.network,
                kept = excluded.kept, used = excluded.used, expires = excluded.expires
            """,
            [id, sealedCredentials, account, device.Name, device.Network, isKept, now, now + SessionRow.Lifetime(isKept)],
            cancellationToken);

    public ValueTask<SessionRow?> FindAsync(byte[] id, DateTimeOffset now, CancellationToken cancellationToken) =>
        source.AskAsync(
            "SELECT sealed_credentials, coalesce(used, created), kept FROM session WHERE id = $1 AND expires > $2",
            async command =>
            {
                Add(command, [id, now]);
                await using var rows = await command.ExecuteReaderAsync(cancellationToken);
                return await rows.ReadAsync(cancellationToken)
                    ? new SessionRow((byte[])rows[0], rows.GetFieldValue<DateTimeOffset>(1), rows.GetBoolean(2))
                    : null;
            },
            cancellationToken);

    /// <summary>It was used just now, from here.</summary>
    public ValueTask<bool> ProlongAsync(byte[] id, string account, Device device, bool isKept, DateTimeOffset now, CancellationToken cancellationToken) =>
        ChangeAsync(
            "UPDATE session SET account = $2, device = $3, network = $4, used = $5, expires = $6 WHERE id = $1",
            [id, account, device.Name, device.Network, now, now + SessionRow.Lifetime(isKept)],
            cancellationToken);

    /// <summary>The sessions used last.</summary>
    public ValueTask<ListedSession[]> ListAsync(string account, DateTimeOffset now, CancellationToken cancellationToken) =>
        source.AskAsync(
            $"""
            SELECT encode(id, 'hex'), coalesce(device, ''), coalesce(network, ''), created, coalesce(used, created) FROM session
            WHERE account = $1 AND expires > $2 ORDER BY 5 DESC, 1 LIMIT {ListedMax}
            """,
            async command =>
            {
                Add(command, [account, now]);
                var listed = new List<ListedSession>();
                await using var rows = await command.ExecuteReaderAsync(cancellationToken);
                while (await rows.ReadAsync(cancellationToken))
                {
                    listed.Add(new ListedSession(
                        rows.GetString(0),
                        new Device(rows.GetString(1), rows.GetString(2)),
                        rows.GetFieldValue<DateTimeOffset>(3),
                        rows.GetFieldValue<DateTimeOffset>(4)));
                }

                return listed.ToArray();
            },
            cancellationToken);

    public ValueTask<bool> RemoveAsync(byte[] id, CancellationToken cancellationToken) =>
        ChangeAsync("DELETE FROM session WHERE id = $1", [id], cancellationToken);

    /// <summary>Removes a session if it is this account's.</summary>
    public ValueTask<bool> RemoveAsync(string account, byte[] id, CancellationToken cancellationToken) =>
        ChangeAsync("DELETE FROM session WHERE account = $1 AND id = $2", [account, id], cancellationToken);

    /// <summary>Removes all sessions of the account but one.</summary>
    public ValueTask<bool> RemoveOthersAsync(string account, byte[] id, CancellationToken cancellationToken) =>
        ChangeAsync("DELETE FROM session WHERE account = $1 AND id <> $2", [account, id], cancellationToken);

    private ValueTask<bool> ChangeAsync(string sql, object[] values, CancellationToken cancellationToken) =>
        source.AskAsync(
            sql,
            async command =>
            {
                Add(command, values);
                await command.ExecuteNonQueryAsync(cancellationToken);
                return true;
            },
            cancellationToken);

    private static void Add(NpgsqlCommand command, object[] values)
    {
        foreach (var value in values)
        {
            _ = value is DateTimeOffset time
                ? command.Parameters.AddWithValue(NpgsqlDbType.TimestampTz, time.UtcDateTime)
                : command.Parameters.AddWithValue(value);
        }
    }
}
