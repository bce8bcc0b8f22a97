using Npgsql;
using Webmail.Web.Database;

namespace Webmail.Web.Drafts;

/// <summary>One account's drafts within one transaction: nobody else's rows can be seen through it.</summary>
internal class DraftView(NpgsqlTransaction transaction, string account, long modified, long changesFrom)
{
    private const int ChangesMax = 500;

    public string State => DraftIds.State(Modified);

    protected long Modified { get; set; } = modified;

    /// <summary>Locks the account if it is to change; an account without a row has not written anything yet.</summary>
    public static async Task<(long Modified, long ChangesFrom)> StatesAsync(NpgsqlTransaction transaction, string account, bool toChange)
    {
        await using var command = transaction.Sql(
            $"SELECT modified, changes_from FROM draft_account WHERE account = $1 {(toChange ? "FOR UPDATE" : "")}", account);
        await using var row = await command.ExecuteReaderAsync();
        return await row.ReadAsync() ? (row.GetInt64(0), row.GetInt64(1)) : (0, 0);
    }

    /// <summary>Those of these numbers that there are, or all: the newest first.</summary>
    /// <returns>Null if their contents are more than one answer holds.</returns>
    public async Task<Draft[]?> ReadAsync(long[]? numbers, bool withContent)
    {
        const string Wanted = "WHERE draft.account = $1 AND NOT destroyed AND ($2::bigint[] IS NULL OR id = ANY($2))";
        object chosen = (object?)numbers ?? DBNull.Value;
        var bytes = withContent
            ? (await ListAsync(
                row => row.GetInt64(0),
                $"""
                SELECT coalesce(sum(bytes), 0)::bigint FROM draft
                JOIN draft_version one ON one.account = draft.account AND one.draft = id AND one.version = draft.version {Wanted}
                """,
                chosen))[0]
            : 0;
        return bytes > DraftLimits.AnswerBytesMax
            ? null
            : await ListAsync(Draft.Read, $"SELECT {Draft.Columns(withContent)} FROM draft {Wanted} ORDER BY changed DESC, id DESC", chosen);
    }

    /// <summary>The earlier versions of a draft, the newest first; null if there is no such draft.</summary>
    public async Task<EarlierVersion[]?> HistoryAsync(long number, int[]? versions) =>
        (await ListAsync(row => row.GetInt64(0), "SELECT id FROM draft WHERE account = $1 AND id = $2 AND NOT destroyed", number)).Length == 0
            ? null
            : await ListAsync(
                EarlierVersion.Read,
                """
                SELECT old.version, old.kind, old.base, old.saved,
                    CASE WHEN old.version = ANY($3) AND sum(old.bytes) FILTER (WHERE old.version = ANY($3)) OVER (ORDER BY old.version DESC) <= $4 THEN old.content END
                FROM draft_version old JOIN draft ON draft.account = old.account AND draft.id = old.draft
                WHERE old.account = $1 AND old.draft = $2 AND old.version <> draft.version ORDER BY old.version DESC
                """,
                number,
                versions ?? [],
                DraftLimits.AnswerBytesMax);

    /// <summary>What has changed since a state; null if that is not known (any longer).</summary>
    public async Task<DraftChangedIds?> ChangesAsync(string since, int? idsMax)
    {
        if (!long.TryParse(since, out var from) || DraftIds.State(from) != since || from < changesFrom || from > Modified)
        {
            return null;
        }

        var limit = Math.Min(idsMax ?? ChangesMax, ChangesMax);
        var rows = await ListAsync(
            row => (Number: row.GetInt64(0), Modified: row.GetInt64(1), IsDestroyed: row.GetBoolean(2)),
            "SELECT id, modified, destroyed FROM draft WHERE account = $1 AND modified > $2 ORDER BY modified LIMIT $3",
            from,
            limit + 1);
        var hasMore = rows.Length > limit;
        var shown = hasMore ? rows[..limit] : rows;
        return new DraftChangedIds(
            hasMore ? DraftIds.State(shown[^1].Modified) : State,
            hasMore,
            // Its number is the state that made it.
            Ids(row => row.Number > from && !row.IsDestroyed),
            Ids(row => row.Number <= from && !row.IsDestroyed),
            Ids(row => row.Number <= from && row.IsDestroyed));

        string[] Ids(Func<(long Number, long Modified, bool IsDestroyed), bool> isWanted) => [.. shown.Where(isWanted).Select(row => DraftIds.Of(row.Number))];
    }

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

    protected async Task<int> RunAsync(string sql, params object[] parameters)
    {
        await using var command = Sql(sql, parameters);
        return await command.ExecuteNonQueryAsync();
    }

    /// <summary>A statement whose $1 is the account.</summary>
    private NpgsqlCommand Sql(string sql, object[] parameters) => transaction.Sql(sql, [account, .. parameters]);
}

/// <summary>A version in a draft's history.</summary>
/// <param name="Version">Its number.</param>
/// <param name="Kind">How it came there.</param>
/// <param name="Base">The version it was made from; 0: none.</param>
/// <param name="Saved">When, by the database's clock, UTC.</param>
/// <param name="Content">Null if it was not asked for, or the answer holds no more.</param>
internal sealed record EarlierVersion(int Version, VersionKind Kind, int Base, DateTime Saved, string? Content)
{
    public static EarlierVersion Read(NpgsqlDataReader row) => new(
        row.GetInt32(0), (VersionKind)row.GetInt16(1), row.GetInt32(2), row.GetDateTime(3), row.IsDBNull(4) ? null : row.GetString(4));
}

/// <summary>What has changed since a state (RFC 8620 §5.2), as ids.</summary>
internal sealed record DraftChangedIds(string NewState, bool HasMore, string[] Created, string[] Updated, string[] Destroyed);
