using Webmail.Web.Index;
using Webmail.Web.Jmap;

namespace Webmail.Web.Jobs;

/// <summary>Which messages a job is about: rows made within the database, however many. Each says where its message is to be found, and what it was like.</summary>
internal static class JobSelection
{
    /// <summary>A million rows take a while.</summary>
    private const int TimeoutSeconds = 120;

    /// <summary>Those named; ids of messages that are not there any longer are gone.</summary>
    public static Task FromIdsAsync(JobQueue queue, long number, JobAction action, long? target, long[] emails)
    {
        var sql = new EmailSql(queue.Account, new Dictionary<EmailCondition, ContentFinding>());
        return InsertAsync(
            queue,
            sql,
            number,
            action,
            target,
            "one.n",
            "one.id",
            $"unnest({sql.Parameter(emails)}) WITH ORDINALITY AS one (id, n) LEFT JOIN email e ON e.account = $1 AND e.id = one.id");
    }

    /// <summary>Those of a mailbox that the filter lets through and that were there when the job was made: below a UID.</summary>
    public static Task FromMailboxAsync(JobQueue queue, long number, JobAction action, long? target, long mailbox, long belowUid, EmailSql sql, EmailFilter? filter) => InsertAsync(
        queue,
        sql,
        number,
        action,
        target,
        "row_number() OVER (ORDER BY e.received DESC, e.id DESC)",
        "e.id",
        $"email e WHERE e.account = $1 AND e.mailbox = {sql.Parameter(mailbox)} AND e.uid < {sql.Parameter(belowUid)} AND {sql.Where(filter)}");

    /// <summary>Those another job has changed and not destroyed, each back to where it was or to the keywords it had.</summary>
    public static async Task FromUndoneAsync(JobQueue queue, long number, long undone)
    {
        await RunAsync(
            queue,
            $"""
            INSERT INTO job_email (account, job, n, email, mailbox, target, destroys, set_keywords, clear_keywords, state)
            SELECT $1, $2, row_number() OVER (ORDER BY one.n), one.email, coalesce(one.target, job.target, one.mailbox),
                CASE WHEN coalesce(one.target, job.target) IS NOT NULL THEN one.mailbox END, FALSE, one.removed, one.added, {(short)RowState.Pending}
            FROM job_email one JOIN job ON job.account = one.account AND job.id = one.job
            WHERE one.account = $1 AND one.job = $3 AND one.state = {(short)RowState.Done} AND NOT one.destroys
            """,
            [number, undone]);
        await CountAsync(queue, number);
    }

    private static async Task InsertAsync(JobQueue queue, EmailSql sql, long number, JobAction action, long? target, string n, string id, string from)
    {
        var isThere = target is { } to ? $"coalesce(e.mailbox = {sql.Parameter(to)}, FALSE)" : "FALSE";
        var destroys = action switch
        {
            JobAction.Empty => "TRUE",
            JobAction.Delete => isThere,
            _ => "FALSE",
        };
        var keywords = action == JobAction.SetKeywords ? "e.keywords" : "NULL::text[]";
        await RunAsync(
            queue,
            $"""
            INSERT INTO job_email (account, job, n, email, mailbox, destroys, keywords, state)
            SELECT $1, {sql.Parameter(number)}, {n}, {id}, e.mailbox, {destroys}, {keywords},
                CASE WHEN e.id IS NULL THEN {(short)RowState.Gone} WHEN {(action == JobAction.Move ? isThere : "FALSE")} THEN {(short)RowState.Already} ELSE {(short)RowState.Pending} END
            FROM {from} LIMIT {JobLimits.MessagesMax + 1}
            """,
            [.. sql.Parameters.Skip(1)]);
        await CountAsync(queue, number);
    }

    private static async Task CountAsync(JobQueue queue, long number)
    {
        var (total, gone, already, destroys) = (await queue.ListAsync(
            row => ((int)row.GetInt64(0), (int)row.GetInt64(1), (int)row.GetInt64(2), (int)row.GetInt64(3)),
            $"""
            SELECT count(*), count(*) FILTER (WHERE state = {(short)RowState.Gone}), count(*) FILTER (WHERE state = {(short)RowState.Already}), count(*) FILTER (WHERE destroys)
            FROM job_email WHERE account = $1 AND job = $2
            """,
            number)).Single();
        if (total > JobLimits.MessagesMax)
        {
            throw new SetException("tooManyMessages", $"A job has at most {JobLimits.MessagesMax} messages; select fewer of them at once.");
        }

        await queue.ChangeAsync(number, "selected = true, total = $4, gone = $5, skipped[1] = $6, destroys = $7", "NOT selected", total, gone, already, destroys);
    }

    private static async Task RunAsync(JobQueue queue, string sql, object[] parameters)
    {
        await using var command = queue.Sql(sql, parameters);
        command.CommandTimeout = TimeoutSeconds;
        await command.ExecuteNonQueryAsync();
    }
}
