using Npgsql;
using Webmail.Web.Database;

namespace Webmail.Web.Outbox;

/// <summary>One account's submissions within one transaction.</summary>
internal class OutboxView : CountedView
{
    protected const string Table = "outbox";

    protected OutboxView(NpgsqlTransaction transaction, string account, AccountStates states)
        : base(transaction, account, Table, states)
    {
    }

    public static async Task<OutboxView> OpenAsync(NpgsqlTransaction transaction, string account) =>
        new(transaction, account, await StatesAsync(transaction, account, Table, toChange: false));

    /// <summary>Those of these numbers that there are; null: all, the newest first, up to a limit.</summary>
    public Task<List<Submission>> ReadAsync(long[]? numbers, int limit) => ListAsync(
        Submission.Read,
        $"SELECT {Submission.Columns} FROM outbox WHERE account = $1 AND NOT destroyed AND ($2::bigint[] IS NULL OR id = ANY($2)) ORDER BY id DESC LIMIT $3",
        (object?)numbers ?? DBNull.Value,
        limit);

    protected override string IdOf(long number) => OutboxIds.Of(number);
}
