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
    /// <summary>One choice.</summary>
    public ValueTask<KnownStatus> ReadAsync(MailAccount account, CancellationToken cancellationToken) => account.Choices.ChooseAsync(
        "status",
        async token =>
        {
            var (asOf, waiting) = await ReadRowsAsync(account.Id, token);
            try
            {
                return new KnownStatus(
                    await imap.ConditionAsync(account.Credentials, token), asOf, waiting, await sieve.ConditionAsync(account.Credentials, token), DatabaseHealth.Of(source));
            }
            catch (MailUnavailableException)
            {
                // Which servers are the account's, nobody knows yet.
                var away = new ServerCondition(ServerAvailability.Away, null);
                return new KnownStatus(away, asOf, waiting, null, DatabaseHealth.Of(source));
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
}

/// <summary>All that the status is made of.</summary>
/// <param name="Mail">The IMAP server.</param>
/// <param name="AsOf">When the account's lists were last as on the mail server, UTC; null if they never were.</param>
/// <param name="Waiting">What should have left the outbox.</param>
/// <param name="Filters">The Sieve server; null if the account has none.</param>
/// <param name="Storage">The database.</param>
internal sealed record KnownStatus(ServerCondition Mail, DateTime? AsOf, WaitingMessages Waiting, ServerCondition? Filters, ServerCondition Storage);

/// <summary>Messages that the server could not be given yet.</summary>
/// <param name="Count">How many.</param>
/// <param name="Since">When the first of them should have left, UTC; null if there are none.</param>
/// <param name="NeedSignIn">Some wait for a password.</param>
/// <param name="Unanswered">To some the server has never said anything.</param>
internal sealed record WaitingMessages(int Count, DateTime? Since, bool NeedSignIn, bool Unanswered);
