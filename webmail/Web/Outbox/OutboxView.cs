using Npgsql;
using Webmail.Web.Database;

namespace Webmail.Web.Outbox;

/// <summary>One account's submissions within one transaction: nobody else's rows can be seen through it.</summary>
internal class OutboxView(NpgsqlTransaction transaction, string account, long modified, long changesFrom)
{
    private const int ChangesMax = 500;

    public string State => OutboxIds.State(Modified);

    protected long Modified { get; set; } = modified;

    /// <summary>Locks the account if it is to change; an account without a row has not sent anything yet.</summary>
    public static async Task<(long Modified, long ChangesFrom)> StatesAsync(NpgsqlTransaction transaction, string account, bool toChange)
    {
        await using var command = transaction.Sql(
            $"SELECT modified, changes_from FROM outbox_account WHERE account = $1 {(toChange ? "FOR UPDATE" : "")}", account);
        await using var row = await command.ExecuteReaderAsync();
        return await row.ReadAsync() ? (row.GetInt64(0), row.GetInt64(1)) : (0, 0);
    }

    /// <summary>Those of these numbers that there are; null: all, the newest first, up to a limit.</summary>
    public Task<Submission[]> ReadAsync(long[]? numbers, int limit) => ListAsync(
        Submission.Read,
        $"SELECT {Submission.Columns} FROM outbox WHERE account = $1 AND NOT destroyed AND ($2::bigint[] IS NULL OR id = ANY($2)) ORDER BY id DESC LIMIT $3",
        (object?)numbers ?? DBNull.Value,
        limit);

    /// <summary>What has changed since a state; null if that is not known (any longer).</summary>
    public async Task<SubmissionChanges?> ChangesAsync(string since, int? idsMax)
    {
        if (!long.TryParse(since, out var from) || OutboxIds.State(from) != since || from < changesFrom || from > Modified)
        {
            return null;
        }

        var limit = Math.Min(idsMax ?? ChangesMax, ChangesMax);
        var rows = await ListAsync(
            row => (Number: row.GetInt64(0), Modified: row.GetInt64(1), IsDestroyed: row.GetBoolean(2)),
            "SELECT id, modified, destroyed FROM outbox WHERE account = $1 AND modified > $2 ORDER BY modified LIMIT $3",
            from,
            limit + 1);
        var hasMore = rows.Length > limit;
        var shown = hasMore ? rows[..limit] : rows;
        return new SubmissionChanges(
            since,
            hasMore ? OutboxIds.State(shown[^1].Modified) : State,
            hasMore,
            // Its number is the state that made it.
            Ids(row => row.Number > from && !row.IsDestroyed),
            Ids(row => row.Number <= from && !row.IsDestroyed),
            Ids(row => row.Number <= from && row.IsDestroyed));

        string[] Ids(Func<(long Number, long Modified, bool IsDestroyed), bool> isWanted) => [.. shown.Where(isWanted).Select(row => OutboxIds.Of(row.Number))];
    }

    /// <summary>A statement whose $1 is the account.</summary>
    protected NpgsqlCommand Sql(string sql, params ReadOnlySpan<object> parameters) => transaction.Sql(sql, [account, .. parameters]);

    protected async Task<T[]> ListAsync<T>(Func<NpgsqlDataReader, T> read, string sql, params object[] parameters)
    {
        await using var command = Sql(sql, parameters);
        await using var rows = await command.ExecuteReaderAsync();
        var list = new List<T>();
        while (await rows.ReadAsync())
        {
            list.Add(read(rows));
        }

        return [.. list];
    }
}

/// <summary>What has changed since a state (RFC 8620 §5.2), as ids.</summary>
internal sealed record SubmissionChanges(string OldState, string NewState, bool HasMore, string[] Created, string[] Updated, string[] Destroyed);
