namespace Webmail.Web.Jobs;

/// <summary>
/// Notes what has become of the messages underway, and counts it. The account's other jobs know of it: what they were to find elsewhere, or
/// otherwise, was changed by the person's own wish.
/// </summary>
internal static class JobOutcomes
{
    /// <returns>How many have their turn behind them.</returns>
    public static async Task<int> SettleAsync(JobQueue queue, long number, IReadOnlyCollection<JobOutcome> outcomes)
    {
        var over = await SetAsync(queue, number, outcomes.Select(outcome => (outcome.Row.N, outcome.State)));
        var changed = outcomes.Where(outcome => outcome.Keywords is not null).ToArray();
        await queue.RunAsync(
            $"""
            UPDATE job_email r SET keywords = string_to_array(one.keywords, ' ') FROM unnest($3, $4) AS one (email, keywords)
            WHERE r.account = $1 AND r.job <> $2 AND r.email = one.email AND r.state = {(short)RowState.Pending} AND r.keywords IS NOT NULL
            """,
            number,
            changed.Select(outcome => outcome.Row.Email).ToArray(),
            changed.Select(outcome => string.Join(' ', outcome.Keywords!)).ToArray());
        return over;
    }

    /// <summary>By where the index has them.</summary>
    public static async Task<int> SettleMovedAsync(JobQueue queue, long number)
    {
        var rows = await queue.ListAsync(
            row => (N: row.GetInt32(0), Email: row.GetInt64(1), From: row.GetInt64(2), To: row.GetInt64(3), Now: row.IsDBNull(4) ? 0 : row.GetInt64(4)),
            $"""
            SELECT r.n, r.email, r.mailbox, coalesce(r.target, job.target), e.mailbox
            FROM job_email r JOIN job ON job.account = r.account AND job.id = r.job LEFT JOIN email e ON e.account = r.account AND e.id = r.email
            WHERE r.account = $1 AND r.job = $2 AND r.state = {(short)RowState.Underway}
            """,
            number);
        foreach (var way in rows.Where(row => row.Now == row.To).GroupBy(row => (row.From, row.To)))
        {
            await queue.RunAsync(
                $"UPDATE job_email SET mailbox = $4 WHERE account = $1 AND job <> $2 AND email = ANY($5) AND mailbox = $3 AND state = {(short)RowState.Pending}",
                number,
                way.Key.From,
                way.Key.To,
                way.Select(row => row.Email).ToArray());
        }

        return await SetAsync(
            queue, number, rows.Select(row => (row.N, row.Now == row.To ? RowState.Done : row.Now == row.From ? RowState.Pending : RowState.Gone)));
    }

    private static async Task<int> SetAsync(JobQueue queue, long number, IEnumerable<(int N, RowState State)> outcomes)
    {
        var settled = new List<Settled>();
        foreach (var alike in outcomes.GroupBy(outcome => outcome.State))
        {
            settled.AddRange(await queue.ListAsync(
                row => new Settled(alike.Key, row.GetBoolean(0)),
                $"UPDATE job_email SET state = $3 WHERE account = $1 AND job = $2 AND n = ANY($4) AND state = {(short)RowState.Underway} RETURNING destroys",
                number,
                (short)alike.Key,
                alike.Select(outcome => outcome.N).ToArray()));
        }

        return await CountAsync(queue, number, settled);
    }

    private static async Task<int> CountAsync(JobQueue queue, long number, List<Settled> settled)
    {
        var over = settled.Count - Count(RowState.Pending);
        await queue.ChangeAsync(
            number,
            $"""
            done = done + $4, gone = gone + $5, skipped[1] = skipped[1] + $6, skipped[2] = skipped[2] + $7, skipped[3] = skipped[3] + $8, undoable = undoable + $9, underway = 0,
            state = CASE WHEN $10 > 0 THEN {(short)JobState.Running} ELSE state END, reason = CASE WHEN $10 > 0 THEN NULL ELSE reason END,
            failures = CASE WHEN $10 > 0 THEN 0 ELSE failures END
            """,
            "TRUE",
            Count(RowState.Done),
            Count(RowState.Gone),
            Count(RowState.Already),
            Count(RowState.ChangedElsewhere),
            Count(RowState.NoMailbox),
            settled.Count(one => one.State == RowState.Done && !one.Destroys),
            over);
        return over;

        int Count(RowState state) => settled.Count(one => one.State == state);
    }

    private sealed record Settled(RowState State, bool Destroys);
}
