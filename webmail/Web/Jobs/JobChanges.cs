using Npgsql;
using Webmail.Mail.Seams;
using Webmail.Web.Database;
using Webmail.Web.Index;
using Webmail.Web.Jmap;
using Webmail.Web.Outbox;

namespace Webmail.Web.Jobs;

/// <summary>What a person does to his jobs. Only the database is needed: what the mail server is to do waits for it.</summary>
internal sealed class JobChanges : JobQueue
{
    /// <summary>In SQL: what waits for its next attempt does not wait any longer. What is not due stays so: another job is.</summary>
    private const string TryNow = "due = CASE WHEN due IS NOT NULL THEN least(due, clock_timestamp()) END";

    private readonly OutboxKey _key;
    private readonly Credentials _credentials;

    private JobChanges(NpgsqlTransaction transaction, string account, AccountStates states, OutboxKey key, Credentials credentials)
        : base(transaction, account, states) => (_key, _credentials) = (key, credentials);

    public static async Task<JobChanges> BeginAsync(NpgsqlTransaction transaction, MailAccount account, OutboxKey key) =>
        new(transaction, account.Id, await LockAsync(transaction, account.Id, Table), key, account.Credentials);

    /// <summary>Null if there is none (any longer).</summary>
    public async Task<Job?> FindAsync(string id) => JobIds.TryParse(id, out var number) && await ReadAsync([number]) is [var found] ? found : null;

    /// <summary>The new job, or the one that its client has called the same before.</summary>
    public async Task<Job> CreateAsync(NewJob wanted)
    {
        if (wanted.Key is { } name
            && await ListAsync(Job.Read, $"SELECT {Job.Columns} FROM job WHERE account = $1 AND key = $2", name) is [var same])
        {
            return same;
        }

        if ((await ListAsync(row => row.GetInt64(0), $"SELECT count(*) FROM job WHERE account = $1 AND NOT {Job.Ended}"))[0] >= JobLimits.OpenMax)
        {
            throw new SetException("overQuota", $"An account has at most {JobLimits.OpenMax} jobs that are not at their end.");
        }

        var target = wanted.Target is { } to ? (await MailboxAsync(to, "targetMailboxId")).Id : wanted.Action == JobAction.Delete ? await TrashAsync() : null;
        var from = wanted.Mailbox is { } mailbox ? await MailboxAsync(mailbox, "selection") : null;
        var number = ++Modified;
        if (wanted.Undoes is { } undone)
        {
            await LeaveAsync(undone, number);
        }

        await InsertAsync(number, wanted, target, from);
        await SelectAsync(number, wanted, target, from);
        // The newest password is as good for the others.
        await RunAsync(
            "UPDATE job SET sealed_credentials = $2, needs_sign_in = false WHERE account = $1 AND (id = $3 OR sealed_credentials IS NOT NULL)",
            _key.Seal(Account, _credentials),
            number);
        return (await ReadAsync([number])).Single();
    }

    /// <summary>Pauses or ends it: at once, or when the mail server has answered what it is asked just now.</summary>
    public async Task StopAsync(Job job, JobState wish)
    {
        RequireOpen(job);
        if (job.IsUnderway)
        {
            await ChangeAsync(job.Number, $"wish = $4, {TryNow}", "TRUE", (short)wish);
        }
        else if (wish == JobState.Paused)
        {
            await PauseAsync(job.Number);
        }
        else
        {
            await FinishAsync(job.Number, JobState.Cancelled, null);
        }
    }

    /// <summary>It goes on, or tries the mail server again now.</summary>
    public async Task ResumeAsync(Job job)
    {
        RequireOpen(job);
        await ChangeAsync(
            job.Number,
            $"""
            state = CASE state WHEN {(short)JobState.Paused} THEN {(short)JobState.Queued} ELSE state END, wish = NULL, failures = 0, needs_sign_in = false,
            {TryNow}, sealed_credentials = $4
            """,
            "TRUE",
            _key.Seal(Account, _credentials));
    }

    private static void RequireOpen(Job job)
    {
        if (job.IsOver)
        {
            throw new SetException("jobIsOver", $"The job {JobIds.Of(job.Number)} has come to its end.", "state");
        }
    }

    private async Task InsertAsync(long number, NewJob wanted, long? target, MailboxRow? from)
    {
        var (validity, belowUid) = from switch
        {
            null => (0u, 0u),
            { Mark.Validity: 0 } => (from.Validity, from.NextUid),
            _ => (from.Mark.Validity, from.Mark.Validity == from.Validity ? Math.Max(from.NextUid, from.Mark.NextUid) : from.Mark.NextUid),
        };
        await RunAsync(
            """
            INSERT INTO job (account, id, modified, key, action, target, set_keywords, clear_keywords, mailbox, filter, validity, below_uid, undoes, state, skipped, created, changed)
            VALUES ($1, $2, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, '{0,0,0,0}', clock_timestamp(), clock_timestamp())
            """,
            number,
            (object?)wanted.Key ?? DBNull.Value,
            (short)wanted.Action,
            (object?)target ?? DBNull.Value,
            wanted.Set,
            wanted.Clear,
            (object?)wanted.Mailbox ?? DBNull.Value,
            (object?)wanted.Filter ?? DBNull.Value,
            (long)validity,
            // A server without UIDNEXT: what is in the index is what there was.
            belowUid == 0 ? uint.MaxValue : (long)belowUid,
            (object?)wanted.Undoes ?? DBNull.Value,
            (short)(wanted.IsPaused ? JobState.Paused : JobState.Queued));
    }

    /// <summary>Now if the index can tell: else before the job begins.</summary>
    private async Task SelectAsync(long number, NewJob wanted, long? target, MailboxRow? from)
    {
        if (wanted.Emails is { } emails)
        {
            await JobSelection.FromIdsAsync(this, number, wanted.Action, target, emails);
        }
        else if (from is { Mark: { IsComplete: true, Total: <= JobLimits.SelectedAtOnceMax } } && JobFilter.Parse(wanted.Filter) is var filter && filter?.Contents.Any() is not true)
        {
            var sql = new EmailSql(Account, new Dictionary<EmailCondition, ContentFinding>());
            await JobSelection.FromMailboxAsync(this, number, wanted.Action, target, from.Id, from.Mark.NextUid, sql, filter);
        }
        else
        {
            var reason = wanted.Undoes is not null ? null : "It begins when it is known which messages there are in the mailbox.";
            await RunAsync("UPDATE job SET reason = $3 WHERE account = $1 AND id = $2", number, (object?)reason ?? DBNull.Value);
        }
    }

    /// <summary>What is undone does not go on, and is undone once.</summary>
    private async Task LeaveAsync(long undone, long undoneBy)
    {
        var job = await FindAsync(JobIds.Of(undone)) ?? throw new SetException("notFound", $"There is no job {JobIds.Of(undone)} (any longer).", "undoes");
        if (!job.CanUndo)
        {
            throw new SetException("notUndoable", "Nothing that this job has done can be put back (any longer).", "undoes");
        }

        if (!job.IsOver)
        {
            await StopAsync(job, JobState.Cancelled);
        }

        await ChangeAsync(undone, "undone_by = $4", "TRUE", undoneBy);
    }

    private async Task<MailboxRow> MailboxAsync(long key, string property) =>
        await ListAsync(MailboxRow.Read, $"SELECT {MailboxRow.Columns} FROM mailbox WHERE account = $1 AND id = $2 AND selectable", key) is [var found]
            ? found
            : throw new SetException("notFound", $"There is no mailbox {Mail.Ids.MailboxId.Text(key)} that holds messages.", property);

    /// <summary>Null if there is none yet.</summary>
    private async Task<long?> TrashAsync() =>
        (await ListAsync(row => (long?)row.GetInt64(0), "SELECT id FROM mailbox WHERE account = $1 AND role = 'trash' AND selectable ORDER BY name LIMIT 1")).FirstOrDefault();
}
