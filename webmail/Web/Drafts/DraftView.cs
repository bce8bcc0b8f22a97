using Npgsql;
using Webmail.Web.Database;

namespace Webmail.Web.Drafts;

/// <summary>One account's drafts within one transaction.</summary>
internal class DraftView : CountedView
{
    protected const string Table = "draft";

    protected DraftView(NpgsqlTransaction transaction, string account, AccountStates states)
        : base(transaction, account, Table, states)
    {
    }

    public static async Task<DraftView> OpenAsync(NpgsqlTransaction transaction, string account) =>
        new(transaction, account, await StatesAsync(transaction, account, Table, toChange: false));

    /// <summary>Those of these numbers that there are, or all: the newest first.</summary>
    /// <returns>Null if their contents are more than one answer holds.</returns>
    public async Task<List<Draft>?> ReadAsync(long[]? numbers, bool withContent)
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
    public async Task<List<EarlierVersion>?> HistoryAsync(long number, int[]? versions) =>
        (await ListAsync(row => row.GetInt64(0), "SELECT id FROM draft WHERE account = $1 AND id = $2 AND NOT destroyed", number)).Count == 0
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

    protected override string IdOf(long number) => DraftIds.Of(number);
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
