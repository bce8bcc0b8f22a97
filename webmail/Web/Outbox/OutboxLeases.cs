using System.Data;
using Npgsql;
using Webmail.Mail.Sending;
using Webmail.Web.Database;
using Webmail.Web.Leases;

namespace Webmail.Web.Outbox;

/// <summary>
/// The outbox as executors see it. One at a time has a submission, under a lease by the database's clock; every write names the
/// attempt it belongs to. Locks are always taken in one order: the account, then its submissions.
/// </summary>
internal sealed class OutboxLeases(NpgsqlDataSource source)
{
    private const string Free = "leased_until = NULL";
    private static readonly string Doing =
        $"CASE state WHEN {(short)OutboxState.Held} THEN {(short)OutboxState.Sending} WHEN {(short)OutboxState.Leaving} THEN {(short)OutboxState.Uncertain} ELSE state END";

    /// <summary>Takes what is due longest, or was left behind; null if nothing is, or all of it is being changed just now.</summary>
    /// <remarks>What was leaving when its executor died is uncertain: it is never sent again by itself.</remarks>
    public ValueTask<OutboxItem?> ClaimAsync(CancellationToken cancellationToken) => source.TransactAsync(
        IsolationLevel.ReadCommitted,
        async transaction =>
        {
            if (await Lease.FindAsync(transaction, "outbox", cancellationToken) is not var (account, number))
            {
                return null;
            }

            await using var take = transaction.Sql(
                Changing(
                    $"""
                    attempt = attempt + 1, leased_until = clock_timestamp() + $3, state = {Doing},
                    problem = CASE WHEN state = {(short)OutboxState.Leaving} THEN $4 ELSE problem END,
                    failures = CASE WHEN state = {(short)OutboxState.Leaving} THEN 0 ELSE failures END
                    """,
                    Lease.Claimable)
                + $"""
                 RETURNING attempt, state, message_id, sender, recipients, client_files, failures, sealed_credentials,
                    clock_timestamp() - send_at > CASE WHEN state = {(short)OutboxState.Sending} THEN $5 ELSE $6 END
                """,
                account,
                number,
                Lease.Lasts,
                UncertainText.OwnerDied,
                OutboxLimits.TriedFor,
                OutboxLimits.FiledFor);
            await using var row = await take.ExecuteReaderAsync(cancellationToken);
            return await row.ReadAsync(cancellationToken)
                ? new OutboxItem(
                    account, number, row.GetInt64(0), (OutboxState)row.GetInt16(1), row.GetString(2), new Envelope(row.GetString(3), row.GetFieldValue<string[]>(4)),
                    row.GetBoolean(5), row.GetInt32(6), row.GetBoolean(8), row.GetFieldValue<byte[]>(7))
                : null;
        },
        cancellationToken);

    /// <summary>False if somebody else has it now.</summary>
    public ValueTask<bool> RenewAsync(OutboxItem item, CancellationToken cancellationToken) => Lease.RenewAsync(source, "outbox", item, cancellationToken);

    /// <exception cref="OperationCanceledException">Somebody else has it now, or is done with it.</exception>
    public ValueTask<byte[]> ContentAsync(OutboxItem item, CancellationToken cancellationToken) => source.AskAsync(
        "SELECT content FROM outbox WHERE account = $1 AND id = $2 AND attempt = $3",
        async command =>
        {
            command.Parameters.AddWithValue(item.Account);
            command.Parameters.AddWithValue(item.Number);
            command.Parameters.AddWithValue(item.Attempt);
            return await command.ExecuteScalarAsync(cancellationToken) as byte[] ?? throw new OperationCanceledException("Somebody else has this submission.");
        },
        cancellationToken);

    /// <summary>The last step before the message leaves. False if somebody else has it now: do not send.</summary>
    public ValueTask<bool> LeaveAsync(OutboxItem item, CancellationToken cancellationToken) => RunAsync(
        // The same attempt may ask twice, if the first answer was lost.
        Changing($"state = {(short)OutboxState.Leaving}, left_attempt = attempt", $"attempt = $3 AND state IN ({(short)OutboxState.Sending}, {(short)OutboxState.Leaving}) AND leased_until > clock_timestamp()"),
        item, [item.Attempt], cancellationToken);

    /// <summary>The mail server has it. True knowledge, so it counts even if the lease has lapsed and the submission was thought uncertain.</summary>
    public ValueTask<bool> AcceptAsync(OutboxItem item, string? reply, CancellationToken cancellationToken) => RunAsync(
        Changing(
            $"state = {(short)OutboxState.Accepted}, reply = $4, problem = NULL, failures = 0, due = greatest(file_at, clock_timestamp()), {Free}",
            $"left_attempt = $3 AND state IN ({(short)OutboxState.Leaving}, {(short)OutboxState.Uncertain})"),
        item, [item.Attempt, OrNull(reply)], cancellationToken);

    /// <summary>A copy was found where only the mail server can have put it.</summary>
    public ValueTask<bool> ProveAsync(OutboxItem item, string reply, CancellationToken cancellationToken) => RunAsync(
        Changing(
            $"state = {(short)OutboxState.Accepted}, reply = $4, problem = NULL, failures = 0, due = greatest(file_at, clock_timestamp()), {Free}",
            $"attempt = $3 AND state = {(short)OutboxState.Uncertain}"),
        item, [item.Attempt, reply], cancellationToken);

    /// <summary>Sent and not confirmed.</summary>
    public ValueTask<bool> DoubtAsync(OutboxItem item, string problem, CancellationToken cancellationToken) => RunAsync(
        Changing(
            $"state = {(short)OutboxState.Uncertain}, problem = $4, failures = 0, due = clock_timestamp(), {Free}",
            $"attempt = $3 AND state = {(short)OutboxState.Leaving}"),
        item, [item.Attempt, problem], cancellationToken);

    /// <summary>It will not be sent: it goes back to the drafts, and its sender is told why.</summary>
    public ValueTask<bool> RefuseAsync(OutboxItem item, string? reply, string problem, CancellationToken cancellationToken) => RunAsync(
        Changing(
            $"""
            state = {(short)OutboxState.Refused}, reply = coalesce($4::text, reply), problem = $5, failures = 0, due = greatest(file_at, clock_timestamp()), key = {SubmissionKey.Kept}, {Free}
            """,
            $"attempt = $3 AND state IN ({(short)OutboxState.Sending}, {(short)OutboxState.Leaving})"),
        item, [item.Attempt, OrNull(reply), problem], cancellationToken);

    /// <summary>The step did not succeed: once more after a while.</summary>
    /// <param name="item">The submission.</param>
    /// <param name="again">After how long; null: not by itself.</param>
    /// <param name="needsSignIn">Not before its sender signs in.</param>
    /// <param name="reply">What the mail server said, or null.</param>
    /// <param name="problem">A sentence; null keeps the one there is.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <remarks>The caller knows that the message has not left.</remarks>
    public ValueTask<bool> RetryAsync(
        OutboxItem item, TimeSpan? again, bool needsSignIn, string? reply, string? problem, CancellationToken cancellationToken) => RunAsync(
        Changing(
            $"""
            state = CASE WHEN state IN ({(short)OutboxState.Sending}, {(short)OutboxState.Leaving}) THEN {(short)OutboxState.Held} ELSE state END,
            failures = failures + 1, due = clock_timestamp() + $4::interval, needs_sign_in = $5, reply = coalesce($6::text, reply), problem = coalesce($7::text, problem), {Free}
            """,
            "attempt = $3"),
        item, [item.Attempt, (object?)again ?? DBNull.Value, needsSignIn, OrNull(reply), OrNull(problem)], cancellationToken);

    /// <summary>Done: filed, or in the drafts again. Neither the message nor the password is needed any longer.</summary>
    public ValueTask<bool> FinishAsync(OutboxItem item, OutboxState state, string? draft, CancellationToken cancellationToken) => RunAsync(
        Changing(
            $"state = $4, draft = $5, due = NULL, content = NULL, sealed_credentials = NULL, problem = CASE WHEN state = {(short)OutboxState.Accepted} THEN NULL ELSE problem END, {Free}",
            "attempt = $3"),
        item, [item.Attempt, (short)state, OrNull(draft)], cancellationToken);

    /// <summary>The account is locked by counting the change, before its submission is.</summary>
    private static string Changing(string set, string condition) =>
        $"""
        WITH counted AS (UPDATE outbox_account SET modified = modified + 1 WHERE account = $1 RETURNING modified)
        UPDATE outbox SET modified = counted.modified, changed = clock_timestamp(), {set} FROM counted WHERE account = $1 AND id = $2 AND {condition}
        """;

    private static object OrNull(string? text) => (object?)text ?? DBNull.Value;

    private ValueTask<bool> RunAsync(string sql, OutboxItem item, object[] parameters, CancellationToken cancellationToken) => source.AskAsync(
        sql,
        async command =>
        {
            foreach (var parameter in (object[])[item.Account, item.Number, .. parameters])
            {
                command.Parameters.AddWithValue(parameter);
            }

            return await command.ExecuteNonQueryAsync(cancellationToken) == 1;
        },
        cancellationToken);
}
