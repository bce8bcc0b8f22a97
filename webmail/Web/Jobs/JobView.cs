using Npgsql;
using Webmail.Web.Database;

namespace Webmail.Web.Jobs;

/// <summary>One account's jobs within one transaction.</summary>
internal class JobView : CountedView
{
    protected const string Table = "job";

    protected JobView(NpgsqlTransaction transaction, string account, AccountStates states)
        : base(transaction, account, Table, states)
    {
    }

    public static async Task<JobView> OpenAsync(NpgsqlTransaction transaction, string account) =>
        new(transaction, account, await StatesAsync(transaction, account, Table, toChange: false));

    /// <summary>Those of these numbers that there are, else the last there were: the newest first.</summary>
    public Task<List<Job>> ReadAsync(long[]? numbers) => ListAsync(
        Job.Read,
        $"SELECT {Job.Columns} FROM job WHERE account = $1 AND ($2::bigint[] IS NULL OR id = ANY($2)) ORDER BY id DESC LIMIT $3",
        (object?)numbers ?? DBNull.Value,
        JobLimits.ShownMax);

    protected override string IdOf(long number) => JobIds.Of(number);
}
