using System.Data;
using Npgsql;
using Webmail.Web.Database;
using Webmail.Web.Index;
using Webmail.Web.Leases;

namespace Webmail.Web.Jobs;

/// <summary>
/// Jobs as their executors see them. One at a time has a job, under a lease by the database's clock; every write names the attempt it
/// belongs to. Locks are always taken in one order: the account, then its jobs.
/// </summary>
internal sealed class JobLeases(NpgsqlDataSource source)
{
    /// <summary>Takes what is due longest, or was left behind; null if nothing is, or all of it is being changed just now.</summary>
    public ValueTask<JobItem?> ClaimAsync(CancellationToken cancellationToken) => source.TransactAsync(
        IsolationLevel.ReadCommitted,
        async transaction =>
        {
            if (await Lease.FindAsync(transaction, "job", cancellationToken) is not var (account, number))
            {
                return null;
            }

            await using var take = transaction.Sql(
                $"""
                UPDATE job SET attempt = attempt + 1, leased_until = clock_timestamp() + $3 WHERE account = $1 AND id = $2 AND {Lease.Claimable}
                RETURNING attempt, action, target, selected, mailbox, filter, validity, below_uid, undoes, failures, sealed_credentials
                """,
                account,
                number,
                Lease.Lasts);
            await using var row = await take.ExecuteReaderAsync(cancellationToken);
            return await row.ReadAsync(cancellationToken)
                ? new JobItem(
                    account, number, row.GetInt64(0), (JobAction)row.GetInt16(1), Key(row, 2),
                    row.GetBoolean(3) ? null : new PendingSelection(Key(row, 4), row.IsDBNull(5) ? null : row.GetString(5), (uint)row.GetInt64(6), row.GetInt64(7), Key(row, 8)),
                    row.GetInt32(9), row.GetFieldValue<byte[]>(10))
                : null;
        },
        cancellationToken);

    /// <summary>False if somebody else has it now.</summary>
    public ValueTask<bool> RenewAsync(JobItem item, CancellationToken cancellationToken) => Lease.RenewAsync(source, "job", item, cancellationToken);

    /// <summary>The last question before the mail server is told to change something.</summary>
    /// <exception cref="OperationCanceledException">Somebody else has it now.</exception>
    public async Task RequireAsync(JobItem item, CancellationToken cancellationToken)
    {
        if (!await RenewAsync(item, cancellationToken))
        {
            throw Lost();
        }
    }

    /// <summary>Everything the job does goes into this mailbox, which was not there when it was made.</summary>
    public ValueTask<bool> SetTargetAsync(JobItem item, long target, CancellationToken cancellationToken) =>
        ChangeAsync(item, queue => queue.ChangeAsync(item.Number, "target = $4", "TRUE", target), cancellationToken);

    /// <summary>The messages are selected now.</summary>
    public ValueTask<bool> SelectAsync(JobItem item, Func<JobQueue, Task> select, CancellationToken cancellationToken) => ChangeAsync(
        item,
        async queue =>
        {
            await select(queue);
            return await queue.ChangeAsync(item.Number, "reason = NULL");
        },
        cancellationToken);

    /// <summary>The next step, which is noted before the mail server hears of it; null if the job has come to its end, or is to stop here.</summary>
    public ValueTask<JobBatch?> BeginAsync(JobItem item, CancellationToken cancellationToken) => ChangeAsync(item, queue => JobStep.BeginAsync(queue, item), cancellationToken);

    /// <summary>What is underway, as the one before has left it; null if nothing is.</summary>
    public ValueTask<JobBatch?> UnderwayAsync(JobItem item, CancellationToken cancellationToken) => ChangeAsync(item, queue => JobStep.ReadAsync(queue, item.Number), cancellationToken);

    /// <summary>What will have been changed about keywords, before it is: so that it can be undone, whatever dies.</summary>
    public ValueTask<bool> NoteAsync(JobItem item, IReadOnlyCollection<JobRow> rows, CancellationToken cancellationToken) =>
        ChangeAsync(item, queue => JobStep.NoteAsync(queue, item.Number, rows), cancellationToken);

    /// <summary>What has become of the messages underway. How many of them have their turn behind them.</summary>
    public ValueTask<int> SettleAsync(JobItem item, IReadOnlyCollection<JobOutcome> outcomes, CancellationToken cancellationToken) =>
        ChangeAsync(item, queue => JobOutcomes.SettleAsync(queue, item.Number, outcomes), cancellationToken);

    /// <summary>The same of moved messages: the index knows where they are.</summary>
    public ValueTask<int> SettleMovedAsync(JobItem item, CancellationToken cancellationToken) =>
        ChangeAsync(item, queue => JobOutcomes.SettleMovedAsync(queue, item.Number), cancellationToken);

    /// <summary>Messages underway whose copies lie in the target already, where a server moves by copying.</summary>
    public ValueTask<MovedEmail[]> CopiedAsync(JobItem item, CancellationToken cancellationToken) =>
        ChangeAsync(item, queue => JobStep.CopiedAsync(queue, item.Number), cancellationToken);

    /// <summary>Others have their turn.</summary>
    public ValueTask<bool> YieldAsync(JobItem item, CancellationToken cancellationToken) => ChangeAsync(
        item, queue => queue.ChangeAsync(item.Number, "leased_until = NULL, due = clock_timestamp()"), cancellationToken);

    /// <summary>It did not succeed: once more after a while.</summary>
    /// <param name="item">The job.</param>
    /// <param name="again">After how long; null: not before the person signs in.</param>
    /// <param name="reason">A sentence.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public ValueTask<bool> RetryAsync(JobItem item, TimeSpan? again, string reason, CancellationToken cancellationToken) => ChangeAsync(
        item,
        queue => queue.ChangeAsync(
            item.Number,
            $"""
            state = {(short)JobState.Waiting}, leased_until = NULL, failures = failures + 1, reason = $5,
            due = clock_timestamp() + $4::interval, needs_sign_in = $4::interval IS NULL
            """,
            "TRUE",
            (object?)again ?? DBNull.Value,
            reason),
        cancellationToken);

    /// <summary>The mail server will not.</summary>
    public ValueTask<bool> FailAsync(JobItem item, string reason, CancellationToken cancellationToken) =>
        ChangeAsync(item, queue => queue.FinishAsync(item.Number, JobState.Failed, reason), cancellationToken);

    /// <summary>After its end, when nobody has it any longer: of this job all that an undo does not need is forgotten, and whatever ended long ago.</summary>
    public async Task ForgetAsync(JobItem item)
    {
        await JobMemory.ThinAsync(source, item);
        await source.TransactAsync(
            IsolationLevel.ReadCommitted,
            async transaction =>
            {
                var queue = await JobQueue.BeginAsync(transaction, item.Account);
                await JobMemory.PruneAsync(queue);
                await queue.EndAsync();
                return true;
            },
            CancellationToken.None);
    }

    private static long? Key(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetInt64(column);

    private static OperationCanceledException Lost() => new("Somebody else has this job.");

    private ValueTask<T> ChangeAsync<T>(JobItem item, Func<JobQueue, Task<T>> change, CancellationToken cancellationToken) => source.TransactAsync(
        IsolationLevel.ReadCommitted,
        async transaction =>
        {
            var queue = await JobQueue.BeginAsync(transaction, item.Account);
            if (await queue.ListAsync(row => row.GetInt64(0), "SELECT id FROM job WHERE account = $1 AND id = $2 AND attempt = $3", item.Number, item.Attempt) is [])
            {
                throw Lost();
            }

            var result = await change(queue);
            await queue.EndAsync();
            return result;
        },
        cancellationToken);
}
