using System.Data;
using Npgsql;
using Webmail.Mail.Writing;
using Webmail.Web.Database;
using Webmail.Web.Leases;

namespace Webmail.Web.Drafts;

/// <summary>
/// Drafts as their writers see them. One at a time has a draft, under a lease by the database's clock; every write names the attempt it
/// belongs to. Locks are always taken in one order: the account, then its drafts.
/// </summary>
internal sealed class DraftLeases(NpgsqlDataSource source)
{
    /// <summary>When it goes on with what has changed meanwhile, by the row as it is then.</summary>
    private const string Next =
        """
        CASE WHEN destroyed AND $4 > 0 THEN clock_timestamp() WHEN NOT destroyed AND version > $4 THEN clock_timestamp() + $6::interval
            WHEN doubt_until > clock_timestamp() THEN doubt_until END
        """;

    /// <summary>Takes what is due longest, or was left behind; null if nothing is, or all of it is being changed just now.</summary>
    /// <remarks>Who is taken for dead may still write, and is remembered for as long.</remarks>
    public ValueTask<DraftItem?> ClaimAsync(CancellationToken cancellationToken) => source.TransactAsync(
        IsolationLevel.ReadCommitted,
        async transaction =>
        {
            if (await Lease.FindAsync(transaction, "draft", cancellationToken) is not var (account, number))
            {
                return null;
            }

            await using var take = transaction.Sql(
                $"""
                UPDATE draft SET attempt = attempt + 1, leased_until = clock_timestamp() + $3,
                    doubt_until = CASE WHEN leased_until IS NULL THEN doubt_until ELSE clock_timestamp() + $4 END
                WHERE account = $1 AND id = $2 AND {Lease.Claimable}
                RETURNING attempt, token, destroyed, written, mailbox, validity, uid, replaced_mailbox, replaced_validity, replaced_uid, failures, sealed_credentials
                """,
                account,
                number,
                Lease.Lasts,
                DraftLimits.LookAgainAfter);
            await using var row = await take.ExecuteReaderAsync(cancellationToken);
            return await row.ReadAsync(cancellationToken)
                ? new DraftItem(
                    account, number, row.GetInt64(0), row.GetGuid(1), row.GetBoolean(2), Draft.ReadWritten(row, 3), Draft.ReadPlace(row, 7), row.GetInt32(10),
                    row.GetFieldValue<byte[]>(11))
                : null;
        },
        cancellationToken);

    /// <summary>False if somebody else has it now.</summary>
    public ValueTask<bool> RenewAsync(DraftItem item, CancellationToken cancellationToken) => Lease.RenewAsync(source, "draft", item, cancellationToken);

    /// <summary>Null if somebody else has it now, or it has gone.</summary>
    public ValueTask<CurrentVersion?> ContentAsync(DraftItem item, CancellationToken cancellationToken) => source.AskAsync(
        """
        SELECT draft.version, changed, content FROM draft JOIN draft_version one ON one.account = draft.account AND one.draft = id AND one.version = draft.version
        WHERE draft.account = $1 AND id = $2 AND attempt = $3 AND NOT destroyed
        """,
        async command =>
        {
            AddTo(command, item);
            await using var row = await command.ExecuteReaderAsync(cancellationToken);
            return await row.ReadAsync(cancellationToken) ? new CurrentVersion(row.GetInt32(0), row.GetDateTime(1), row.GetString(2)) : null;
        },
        cancellationToken);

    /// <summary>Where the new message lies: from now on the older ones may go. False if somebody else has it now.</summary>
    public ValueTask<bool> RecordAsync(DraftItem item, int version, WrittenDraft written, CancellationToken cancellationToken) => RunAsync(
        """
        UPDATE draft SET written = $4, mailbox = $5, validity = $6, uid = $7, changed_elsewhere = changed_elsewhere OR $8
        WHERE account = $1 AND id = $2 AND attempt = $3
        """,
        item, [version, written.Place.Mailbox, (long)written.Place.Validity, (long)written.Place.Uid, written.IsChangedElsewhere], cancellationToken);

    /// <summary>Done with what there was: newer versions are written next, and somebody taken for dead is looked for once more.</summary>
    /// <param name="item">The draft.</param>
    /// <param name="version">The version that was written; 0: the message has been removed.</param>
    /// <param name="email">The id of its message, or null.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public ValueTask<bool> FinishAsync(DraftItem item, int version, string? email, CancellationToken cancellationToken) => RunAsync(
        $"""
        WITH counted AS (UPDATE draft_account SET modified = modified + 1 WHERE account = $1 RETURNING modified)
        UPDATE draft SET modified = counted.modified, leased_until = NULL, failures = 0, problem = NULL, email = $5::text,
            replaced_mailbox = NULL, replaced_validity = NULL, replaced_uid = NULL,
            due = {Next}, sealed_credentials = CASE WHEN {Next} IS NULL THEN NULL ELSE sealed_credentials END
        FROM counted WHERE account = $1 AND id = $2 AND attempt = $3
        """,
        item, [version, (object?)email ?? DBNull.Value, DraftLimits.WriteAfter], cancellationToken);

    /// <summary>It did not succeed: once more after a while.</summary>
    /// <param name="item">The draft.</param>
    /// <param name="again">After how long; null: not before the person signs in.</param>
    /// <param name="problem">A sentence.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public ValueTask<bool> RetryAsync(DraftItem item, TimeSpan? again, string problem, CancellationToken cancellationToken) => RunAsync(
        """
        WITH counted AS (UPDATE draft_account SET modified = modified + 1 WHERE account = $1 RETURNING modified)
        UPDATE draft SET modified = counted.modified, leased_until = NULL, failures = failures + 1, problem = $5,
            due = clock_timestamp() + $4::interval, needs_sign_in = $4::interval IS NULL
        FROM counted WHERE account = $1 AND id = $2 AND attempt = $3
        """,
        item, [(object?)again ?? DBNull.Value, problem], cancellationToken);

    private static void AddTo(NpgsqlCommand command, DraftItem item)
    {
        command.Parameters.AddWithValue(item.Account);
        command.Parameters.AddWithValue(item.Number);
        command.Parameters.AddWithValue(item.Attempt);
    }

    private ValueTask<bool> RunAsync(string sql, DraftItem item, object[] parameters, CancellationToken cancellationToken) => source.AskAsync(
        sql,
        async command =>
        {
            AddTo(command, item);
            foreach (var parameter in parameters)
            {
                command.Parameters.AddWithValue(parameter);
            }

            return await command.ExecuteNonQueryAsync(cancellationToken) == 1;
        },
        cancellationToken);
}
