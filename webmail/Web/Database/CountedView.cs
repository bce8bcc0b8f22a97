using System.Globalization;
using Npgsql;

namespace Webmail.Web.Database;

/// <summary>
/// Rows whose account counts every change: states are the count, and a row's number is the state that made it. The count is in a table
/// of the same name with "_account".
/// </summary>
internal abstract class CountedView(NpgsqlTransaction transaction, string account, string table, AccountStates states) : AccountView(transaction, account)
{
    private const int ChangesMax = 500;

    public string State => Text(Modified);

    protected long Modified { get; set; } = states.Modified;

    /// <summary>Locks the account if it is to change; an account without a row has nothing yet.</summary>
    protected static async Task<AccountStates> StatesAsync(NpgsqlTransaction transaction, string account, string table, bool toChange)
    {
        await using var command = transaction.Sql(
            $"SELECT modified, changes_from FROM {table}_account WHERE account = $1 {(toChange ? "FOR UPDATE" : "")}", account);
        await using var row = await command.ExecuteReaderAsync();
        return await row.ReadAsync() ? new AccountStates(row.GetInt64(0), row.GetInt64(1)) : new AccountStates(0, 0);
    }

    /// <summary>The same, of an account that has something from now on.</summary>
    protected static async Task<AccountStates> LockAsync(NpgsqlTransaction transaction, string account, string table)
    {
        await using var make = transaction.Sql($"INSERT INTO {table}_account (account, modified, changes_from) VALUES ($1, 0, 0) ON CONFLICT (account) DO NOTHING", account);
        await make.ExecuteNonQueryAsync();
        return await StatesAsync(transaction, account, table, toChange: true);
    }

    /// <summary>What has changed since a state; null if that is not known (any longer).</summary>
    public async Task<ChangedIds?> ChangesAsync(string since, int? idsMax)
    {
        if (!long.TryParse(since, out var from) || Text(from) != since || from < states.ChangesFrom || from > Modified)
        {
            return null;
        }

        var limit = Math.Min(idsMax ?? ChangesMax, ChangesMax);
        var rows = await ListAsync(
            row => (Number: row.GetInt64(0), Modified: row.GetInt64(1), IsDestroyed: row.GetBoolean(2)),
            $"SELECT id, modified, destroyed FROM {table} WHERE account = $1 AND modified > $2 ORDER BY modified LIMIT $3",
            from,
            limit + 1);
        var hasMore = rows.Count > limit;
        var shown = hasMore ? rows[..limit] : rows;
        return new ChangedIds(
            hasMore ? Text(shown[^1].Modified) : State,
            hasMore,
            Ids(row => row.Number > from && !row.IsDestroyed),
            Ids(row => row.Number <= from && !row.IsDestroyed),
            Ids(row => row.Number <= from && row.IsDestroyed));

        string[] Ids(Func<(long Number, long Modified, bool IsDestroyed), bool> isWanted) => [.. shown.Where(isWanted).Select(row => IdOf(row.Number))];
    }

    protected abstract string IdOf(long number);

    private static string Text(long modified) => modified.ToString(CultureInfo.InvariantCulture);
}

/// <summary>Where an account stands.</summary>
/// <param name="Modified">Its count.</param>
/// <param name="ChangesFrom">The oldest state whose later changes are all known.</param>
internal sealed record AccountStates(long Modified, long ChangesFrom);

/// <summary>What has changed since a state (RFC 8620 §5.2).</summary>
/// <param name="NewState">The state after the last change named here.</param>
/// <param name="HasMore">Whether there are later changes.</param>
/// <param name="Created">Ids.</param>
/// <param name="Updated">Ids that were there at the old state.</param>
/// <param name="Destroyed">Ids that were there at the old state.</param>
internal sealed record ChangedIds(string NewState, bool HasMore, string[] Created, string[] Updated, string[] Destroyed);

/// <summary>The same as a choice remembers it.</summary>
/// <param name="Changes">Null if what has changed is not known (any longer).</param>
internal sealed record FoundChangedIds(ChangedIds? Changes);
