using Npgsql;
using Webmail.Mail.Imap;
using Webmail.Mail.Seams;
using Webmail.Mail.Writing;
using Webmail.Web.Database;

namespace Webmail.Web.Drafts;

/// <summary>Notices which drafts' messages other mail clients have removed from Drafts: most change a message by writing another one.</summary>
internal sealed class DraftWatch(NpgsqlDataSource source, DraftCopies copies)
{
    /// <summary>Drafts are shown without the mail server, too.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    public async Task LookAsync(MailAccount account, CancellationToken cancellationToken)
    {
        var written = await WrittenAsync(account.Id, cancellationToken);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            foreach (var gone in written.Count == 0 ? [] : await copies.MissingAsync(account.Credentials, written, patience.Token))
            {
                await NoteAsync(account.Id, gone, cancellationToken);
            }
        }
        catch (Exception failure) when (failure is MailUnavailableException or MailRefusedException or MailCommandException
            || (failure is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            // Noticed the next time.
        }
    }

    private ValueTask<List<DraftPlace>> WrittenAsync(string account, CancellationToken cancellationToken) => source.ListAsync(
        "SELECT mailbox, validity, uid FROM draft WHERE account = $1 AND NOT destroyed AND mailbox IS NOT NULL", row => Draft.ReadPlace(row, 0)!, cancellationToken, account);

    /// <summary>Unless its writer has put it elsewhere meanwhile.</summary>
    private ValueTask<bool> NoteAsync(string account, DraftPlace gone, CancellationToken cancellationToken) => source.AskAsync(
        """
        WITH counted AS (UPDATE draft_account SET modified = modified + 1 WHERE account = $1 RETURNING modified)
        UPDATE draft SET modified = counted.modified, changed_elsewhere = true, written = 0, mailbox = NULL, validity = NULL, uid = NULL, email = NULL FROM counted
        WHERE account = $1 AND mailbox = $2 AND validity = $3 AND uid = $4 AND NOT destroyed
        """,
        async command =>
        {
            command.Parameters.AddWithValue(account);
            command.Parameters.AddWithValue(gone.Mailbox);
            command.Parameters.AddWithValue((long)gone.Validity);
            command.Parameters.AddWithValue((long)gone.Uid);
            return await command.ExecuteNonQueryAsync(cancellationToken) == 1;
        },
        cancellationToken);
}
