using Npgsql;
using Webmail.Web.Index;

namespace Webmail.Web.Jobs;

/// <summary>Takes the messages of a job step by step. What is underway is noted before the mail server hears of it.</summary>
internal static class JobStep
{
    /// <summary>The next messages that are to be changed in the same way; null if there is no further step, whose reason is noted then.</summary>
    public static async Task<JobBatch?> BeginAsync(JobQueue queue, JobItem item)
    {
        if (await ReadAsync(queue, item.Number) is { } begun)
        {
            // Asked again, the answer was lost.
            return begun;
        }

        switch ((await queue.ListAsync(row => row.IsDBNull(0) ? (JobState?)null : (JobState)row.GetInt16(0), "SELECT wish FROM job WHERE account = $1 AND id = $2", item.Number)).Single())
        {
            case JobState.Paused:
                await queue.PauseAsync(item.Number);
                return null;
            case JobState.Cancelled:
                await queue.FinishAsync(item.Number, JobState.Cancelled, null);
                return null;
        }

        if (await MarkAsync(queue, item.Number) == 0)
        {
            await queue.FinishAsync(item.Number, JobState.Done, null);
            return null;
        }

        await queue.ChangeAsync(item.Number, $"state = {(short)JobState.Running}", $"state = {(short)JobState.Queued}");
        var batch = (await ReadAsync(queue, item.Number))!;
        await queue.RunAsync(
            """
            UPDATE job SET underway = $3, underway_from_uid = greatest((SELECT seen_next_uid FROM mailbox WHERE account = $1 AND id = $4),
                (SELECT max(uid) + 1 FROM email WHERE account = $1 AND mailbox = $4), 1)
            WHERE account = $1 AND id = $2
            """,
            item.Number,
            batch.Rows.Length,
            batch.Target ?? 0);
        return batch;
    }

    /// <summary>What is underway, and where the index has it; null if nothing is.</summary>
    public static async Task<JobBatch?> ReadAsync(JobQueue queue, long number)
    {
        var rows = await queue.ListAsync(
            row => (Row: ReadRow(row), Batch: new JobBatch(
                row.GetInt64(7), row.IsDBNull(8) ? null : row.GetInt64(8), row.GetBoolean(9), row.GetFieldValue<string[]>(10), row.GetFieldValue<string[]>(11), [])),
            $"""
            SELECT r.n, r.email, CASE WHEN e.mailbox = r.mailbox THEN e.uid ELSE 0 END, coalesce(e.mailbox <> r.mailbox, FALSE), r.keywords, r.added, r.removed,
                r.mailbox, coalesce(r.target, job.target), r.destroys, coalesce(r.set_keywords, job.set_keywords), coalesce(r.clear_keywords, job.clear_keywords)
            FROM job_email r JOIN job ON job.account = r.account AND job.id = r.job LEFT JOIN email e ON e.account = r.account AND e.id = r.email
            WHERE r.account = $1 AND r.job = $2 AND r.state = {(short)RowState.Underway} ORDER BY r.n
            """,
            number);
        return rows.Count == 0 ? null : rows[0].Batch with { Rows = [.. rows.Select(row => row.Row)] };
    }

    public static async Task<bool> NoteAsync(JobQueue queue, long number, IReadOnlyCollection<JobRow> rows) =>
        await queue.RunAsync(
            $"""
            UPDATE job_email r SET added = string_to_array(one.added, ' '), removed = string_to_array(one.removed, ' ')
            FROM unnest($3, $4, $5) AS one (n, added, removed) WHERE r.account = $1 AND r.job = $2 AND r.n = one.n AND r.state = {(short)RowState.Underway}
            """,
            number,
            rows.Select(row => row.N).ToArray(),
            rows.Select(row => string.Join(' ', row.Added)).ToArray(),
            rows.Select(row => string.Join(' ', row.Removed)).ToArray()) == rows.Count;

    /// <summary>
    /// Of what is underway and still at its old place: which message that has come to the target since the step began is its copy. Of
    /// several that look the same any is.
    /// </summary>
    public static async Task<MovedEmail[]> CopiedAsync(JobQueue queue, long number) =>
    [
        .. await queue.ListAsync(
            row => new MovedEmail(row.GetInt64(0), (uint)row.GetInt64(1), (uint)row.GetInt64(2)),
            $"""
            WITH one AS (
                    SELECT e.id, e.uid, e.fingerprint, row_number() OVER (PARTITION BY e.fingerprint ORDER BY e.uid) AS place
                    FROM job_email r JOIN email e ON e.account = r.account AND e.id = r.email AND e.mailbox = r.mailbox
                    WHERE r.account = $1 AND r.job = $2 AND r.state = {(short)RowState.Underway}),
                copy AS (
                    SELECT e.uid, e.fingerprint, row_number() OVER (PARTITION BY e.fingerprint ORDER BY e.uid) AS place
                    FROM job JOIN email e ON e.account = job.account AND e.uid >= job.underway_from_uid
                    WHERE job.account = $1 AND job.id = $2 AND e.mailbox = (
                        SELECT coalesce(r.target, job.target) FROM job_email r WHERE r.account = $1 AND r.job = $2 AND r.state = {(short)RowState.Underway} LIMIT 1))
            SELECT one.id, one.uid, copy.uid FROM one JOIN copy USING (fingerprint, place)
            """,
            number),
    ];

    private static async Task<int> MarkAsync(JobQueue queue, long number)
    {
        var next = await queue.ListAsync(
            row => row.GetInt32(0),
            $"""
            WITH first AS (SELECT * FROM job_email WHERE account = $1 AND job = $2 AND state = {(short)RowState.Pending} ORDER BY n LIMIT 1)
            SELECT r.n FROM job_email r, first WHERE r.account = $1 AND r.job = $2 AND r.state = {(short)RowState.Pending}
                AND (r.mailbox, r.target, r.destroys, r.set_keywords, r.clear_keywords)
                    IS NOT DISTINCT FROM (first.mailbox, first.target, first.destroys, first.set_keywords, first.clear_keywords)
            ORDER BY r.n LIMIT $3
            """,
            number,
            JobLimits.StepMax);
        // In a statement of its own: what is planned for few rows is slow for many.
        return await queue.RunAsync(
            $"UPDATE job_email SET state = {(short)RowState.Underway} WHERE account = $1 AND job = $2 AND n = ANY($3)", number, next.ToArray());
    }

    private static JobRow ReadRow(NpgsqlDataReader row) => new(
        row.GetInt32(0), row.GetInt64(1), (uint)row.GetInt64(2), row.GetBoolean(3), row.IsDBNull(4) ? null : row.GetFieldValue<string[]>(4),
        row.GetFieldValue<string[]>(5), row.GetFieldValue<string[]>(6));
}
