using Npgsql;
using Webmail.Web.Database;

namespace Webmail.Web.Jobs;

/// <summary>How much is remembered of jobs that have ended.</summary>
internal static class JobMemory
{
    /// <summary>A million rows take a while; nobody waits for it.</summary>
    private const int TimeoutSeconds = 120;

    /// <summary>Leaves the rows that an undo needs.</summary>
    public static async Task ThinAsync(NpgsqlDataSource source, JobItem item) => await source.AskAsync(
        $"""
        DELETE FROM job_email one USING job WHERE one.account = $1 AND one.job = $2 AND job.account = $1 AND job.id = $2 AND job.{Job.Ended}
            AND (one.state <> {(short)RowState.Done} OR one.destroys)
        """,
        async command =>
        {
            command.CommandTimeout = TimeoutSeconds;
            command.Parameters.AddWithValue(item.Account);
            command.Parameters.AddWithValue(item.Number);
            return await command.ExecuteNonQueryAsync();
        },
        CancellationToken.None);

    /// <summary>Forgets jobs that ended long ago, and how to undo the oldest of too many.</summary>
    public static async Task PruneAsync(JobQueue queue)
    {
        await queue.RunAsync(
            $"""
            WITH old AS (DELETE FROM job WHERE account = $1 AND {Job.Ended} AND changed < clock_timestamp() - $2::interval RETURNING modified)
            UPDATE job_account SET changes_from = greatest(changes_from, (SELECT max(modified) FROM old)) WHERE account = $1
            """,
            JobLimits.Lifetime);
        var forgotten = await queue.ListAsync(
            row => row.GetInt64(0),
            $"SELECT id FROM (SELECT id, state, undoable, sum(undoable) OVER (ORDER BY id DESC) AS kept FROM job WHERE account = $1) one WHERE kept > $2 AND undoable > 0 AND {Job.Ended}",
            JobLimits.RememberedMax);
        foreach (var number in forgotten)
        {
            await queue.RunAsync("DELETE FROM job_email WHERE account = $1 AND job = $2", number);
            await queue.ChangeAsync(number, "undoable = 0");
        }
    }
}
