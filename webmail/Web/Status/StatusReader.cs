using Npgsql;
using Webmail.Mail.Availability;
using Webmail.Mail.Imap;
using Webmail.Mail.Seams;
using Webmail.Mail.Sieve;
using Webmail.Web.Database;
using Webmail.Web.Index;
using Webmail.Web.Outbox;

namespace Webmail.Web.Status;

/// <summary>What this backend knows of the servers an account needs, and what all of them know of its outbox. Nobody is asked but the database.</summary>
internal sealed class StatusReader(NpgsqlDataSource source, ImapPool imap, SievePool sieve)
{
    private const int IndexingMax = 50;

    /// <summary>One choice.</summary>
    public ValueTask<KnownStatus> ReadAsync(MailAccount account, CancellationToken cancellationToken) => account.Choices.ChooseAsync(
        "status",
        async token =>
        {
            var (asOf, waiting) = await ReadRowsAsync(account.Id, token);
            var indexing = await ReadIndexingAsync(account.Id, token);
            try
            {
                return new KnownStatus(
                    await imap.ConditionAsync(account.Credentials, token),
                    asOf,
                    waiting,
                    await sieve.ConditionAsync(account.Credentials, token),
                    DatabaseHealth.Of(source),
                    indexing);
            }
            catch (MailUnavailableException)
            {
                // Which servers are the account's, nobody knows yet.
                var away = new ServerCondition(ServerAvailability.Away, null);
                return new KnownStatus(away, asOf, waiting, null, DatabaseHealth.Of(source), indexing);
            }
        },
        cancellationToken);

    private ValueTask<(DateTime? AsOf, WaitingMessages Waiting)> ReadRowsAsync(string account, CancellationToken cancellationToken) => source.AskAsync(
        $"""
        SELECT {FollowedTimes.Read}, count(*)::int, min(send_at), coalesce(bool_or(needs_sign_in), false), coalesce(bool_or(reply IS NULL), false)
        FROM outbox WHERE account = $1 AND state IN ({(short)OutboxState.Held}, {(short)OutboxState.Sending}) AND failures > 0
        """,
        async command =>
        {
            command.Parameters.AddWithValue(account);
            await using var row = await command.ExecuteReaderAsync(cancellationToken);
            await row.ReadAsync(cancellationToken);
            return (
                row.IsDBNull(0) ? (DateTime?)null : row.GetDateTime(0),
                new WaitingMessages(row.GetInt32(1), row.IsDBNull(2) ? null : row.GetDateTime(2), row.GetBoolean(3), row.GetBoolean(4)));
        },
        cancellationToken);

    private async ValueTask<IndexingMailbox[]> ReadIndexingAsync(string account, CancellationToken cancellationToken) =>
    [
        .. await source.ListAsync(
            $"""
            SELECT id, total, (SELECT count(*) FROM email WHERE email.account = mailbox.account AND email.mailbox = mailbox.id)::int FROM mailbox
            WHERE account = $1 AND seen_validity <> 0 AND seen_from_uid > 1 ORDER BY id LIMIT {IndexingMax}
            """,
            row => new IndexingMailbox(row.GetInt64(0), row.GetInt32(1), row.GetInt32(2)),
            cancellationToken,
            account),
    ];
}

/// <summary>All that the status is made of.</summary>
/// <param name="Mail">The IMAP server.</param>
/// <param name="AsOf">When the account's lists were last as on the mail server, UTC; null if they never were.</param>
/// <param name="Waiting">What should have left the outbox.</param>
/// <param name="Filters">The Sieve server; null if the account has none.</param>
/// <param name="Storage">The database.</param>
/// <param name="Indexing">The mailboxes of which not all messages are in the index yet.</param>
internal sealed record KnownStatus(
    ServerCondition Mail, DateTime? AsOf, WaitingMessages Waiting, ServerCondition? Filters, ServerCondition Storage, IndexingMailbox[] Indexing);

/// <summary>A mailbox whose index is being made.</summary>
/// <param name="Id">Its key.</param>
/// <param name="Total">Messages in it.</param>
/// <param name="Indexed">Of them in the index.</param>
internal sealed record IndexingMailbox(long Id, int Total, int Indexed);

/// <summary>Messages that the server could not be given yet.</summary>
/// <param name="Count">How many.</param>
/// <param name="Since">When the first of them should have left, UTC; null if there are none.</param>
/// <param name="NeedSignIn">Some wait for a password.</param>
/// <param name="Unanswered">To some the server has never said anything.</param>
internal sealed record WaitingMessages(int Count, DateTime? Since, bool NeedSignIn, bool Unanswered);
