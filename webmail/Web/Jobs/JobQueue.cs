using Npgsql;
using Webmail.Web.Database;

namespace Webmail.Web.Jobs;

/// <summary>
/// A view that changes, under the account's lock. Of all jobs of an account at most one is due, the first that is not paused: so they are
/// done one after the other, in the order of their creation.
/// </summary>
internal class JobQueue : JobView
{
    /// <summary>What executors listen to.</summary>
    public const string Channel = "job";

    protected JobQueue(NpgsqlTransaction transaction, string account, AccountStates states)
        : base(transaction, account, states)
    {
    }

    public static async Task<JobQueue> BeginAsync(NpgsqlTransaction transaction, string account) =>
        new(transaction, account, await LockAsync(transaction, account, Table));

    /// <summary>Changes one job, and counts that. False if it is not (any longer) as the condition says.</summary>
    public async Task<bool> ChangeAsync(long number, string set, string condition = "TRUE", params object[] parameters)
    {
        var changed = await RunAsync(
            $"UPDATE job SET modified = $3, changed = clock_timestamp(), {set} WHERE account = $1 AND id = $2 AND {condition}", [number, Modified + 1, .. parameters]) == 1;
        Modified += changed ? 1 : 0;
        return changed;
    }

    /// <summary>It has come to its end: what was not reached is skipped, and the counts add up. The credentials are forgotten.</summary>
    public Task<bool> FinishAsync(long number, JobState state, string? reason) => ChangeAsync(
        number,
        $"""
        state = $4, reason = $5::text, selected = true, underway = 0, wish = NULL, due = NULL, leased_until = NULL, attempt = attempt + 1, sealed_credentials = NULL,
        needs_sign_in = false, failures = 0,
        skipped[4] = total - done - gone - skipped[1] - skipped[2] - skipped[3]
        """,
        $"NOT {Job.Ended}",
        (short)state,
        (object?)reason ?? DBNull.Value);

    /// <summary>It does not go on until the person wants it.</summary>
    public Task<bool> PauseAsync(long number) => ChangeAsync(
        number,
        $"state = {(short)JobState.Paused}, reason = NULL, wish = NULL, due = NULL, leased_until = NULL, attempt = attempt + 1, failures = 0, needs_sign_in = false",
        $"NOT {Job.Ended}");

    /// <summary>Says which job is the next, tells the executors if one is there to be taken, and counts what has changed.</summary>
    public async Task EndAsync()
    {
        await RunAsync(
            $"""
            UPDATE job SET due = clock_timestamp() WHERE account = $1 AND NOT needs_sign_in
                AND id = (SELECT min(id) FROM job WHERE account = $1 AND state < {(short)JobState.Paused})
                AND NOT EXISTS (SELECT FROM job WHERE account = $1 AND due IS NOT NULL)
            """);
        await RunAsync("UPDATE job_account SET modified = $2 WHERE account = $1", Modified);
        await RunAsync($"SELECT pg_notify('{Channel}', $1) FROM job WHERE account = $1 AND due <= clock_timestamp() AND leased_until IS NULL LIMIT 1");
    }
}
