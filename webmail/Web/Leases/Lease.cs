using Npgsql;
using Webmail.Web.Database;

namespace Webmail.Web.Leases;

/// <summary>How long work belongs to who took it, by the database's clock.</summary>
internal static class Lease
{
    /// <summary>With the pause between two looks, what a dead executor held moves within two seconds.</summary>
    public static readonly TimeSpan Lasts = TimeSpan.FromSeconds(1.2);
    public static readonly TimeSpan RenewEvery = TimeSpan.FromSeconds(0.3);

    /// <summary>Of a row: due, and nobody's.</summary>
    public const string Claimable = "due <= clock_timestamp() AND (leased_until IS NULL OR leased_until < clock_timestamp())";

    /// <summary>Prolongs a lease. False if somebody else has it now.</summary>
    public static ValueTask<bool> RenewAsync(NpgsqlDataSource source, string table, ILeased item, CancellationToken cancellationToken) => source.AskAsync(
        $"UPDATE {table} SET leased_until = clock_timestamp() + $4 WHERE account = $1 AND id = $2 AND attempt = $3 AND leased_until IS NOT NULL",
        async command =>
        {
            command.Parameters.AddWithValue(item.Account);
            command.Parameters.AddWithValue(item.Number);
            command.Parameters.AddWithValue(item.Attempt);
            command.Parameters.AddWithValue(Lasts);
            return await command.ExecuteNonQueryAsync(cancellationToken) == 1;
        },
        cancellationToken);

    /// <summary>Locks the account of what is due longest, or was left behind; null if nothing is, or all of it is being changed just now.</summary>
    /// <remarks>Looked at before the account was locked: it may not be claimable any longer.</remarks>
    public static async Task<(string Account, long Number)?> FindAsync(NpgsqlTransaction transaction, string table, CancellationToken cancellationToken)
    {
        await using var find = transaction.Sql(
            $"""
            SELECT one.account, one.id FROM {table} one JOIN {table}_account USING (account)
            WHERE {Claimable} ORDER BY due LIMIT 1 FOR UPDATE OF {table}_account SKIP LOCKED
            """);
        await using var found = await find.ExecuteReaderAsync(cancellationToken);
        return await found.ReadAsync(cancellationToken) ? (found.GetString(0), found.GetInt64(1)) : null;
    }
}
