using MailKit;
using Webmail.Mail.Ids;
using Webmail.Mail.Imap;
using Webmail.Mail.Seams;

namespace Webmail.Mail.Messages;

/// <summary>Reads what the mail server knows about messages: one FETCH per mailbox.</summary>
public sealed class EmailReader(ImapPool pool)
{
    public const int MessagesMax = 500;

    private const MessageSummaryItems Always =
        MessageSummaryItems.UniqueId | MessageSummaryItems.Flags | MessageSummaryItems.Envelope | MessageSummaryItems.References
        | MessageSummaryItems.InternalDate | MessageSummaryItems.Size;

    private const MessageSummaryItems Bare =
        MessageSummaryItems.UniqueId | MessageSummaryItems.Flags | MessageSummaryItems.InternalDate | MessageSummaryItems.Size;

    /// <summary>Answers in no particular order; ids that name nothing (any longer) are left out.</summary>
    public async ValueTask<Email[]> ReadAsync(
        MailAccount account, IReadOnlyList<EmailId> ids, EmailDetail detail, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(account);
        var emails = new List<Email>();
        foreach (var group in ids.GroupBy(id => (id.Mailbox, id.Validity)))
        {
            uint[] uids = [.. group.Select(id => id.Uid).Distinct()];
            emails.AddRange(await account.Choices.ChooseAsync(
                "imap.fetch",
                async token => await FetchAsync(account, group.Key.Mailbox, group.Key.Validity, uids, detail, token),
                cancellationToken));
        }

        return [.. emails];
    }

    /// <summary>
    /// What a server says of one strange message can be more than the client library takes, and ends the connection. Whether it was
    /// that is seen by asking for less, which no sender can make strange; then the message is looked for by halves, and shown with what is known.
    /// </summary>
    private async Task<Email[]> FetchAsync(
        MailAccount account, MailboxId mailbox, uint validity, uint[] uids, EmailDetail detail, CancellationToken cancellationToken)
    {
        try
        {
            return await AskAsync(uids, ItemsOf(detail));
        }
        catch (MailUnavailableException)
        {
            var known = await AskAsync(uids, Bare);
            if (uids.Length == 1)
            {
                return [.. known.Select(email => email with { IsPartial = true })];
            }

            var middle = uids.Length / 2;
            return
            [
                .. await FetchAsync(account, mailbox, validity, uids[..middle], detail, cancellationToken),
                .. await FetchAsync(account, mailbox, validity, uids[middle..], detail, cancellationToken),
            ];
        }

        Task<Email[]> AskAsync(uint[] of, MessageSummaryItems items) => pool.AskAsync(
            account.Credentials, mailbox.Name, (connection, token) => FetchAsync(connection, mailbox, validity, of, items, token), cancellationToken);
    }

    private static MessageSummaryItems ItemsOf(EmailDetail detail) => Always
        | (detail.HasFlag(EmailDetail.Body) ? MessageSummaryItems.BodyStructure : MessageSummaryItems.None)
        | (detail.HasFlag(EmailDetail.Preview) ? MessageSummaryItems.PreviewText : MessageSummaryItems.None)
        | (detail.HasFlag(EmailDetail.Headers) ? MessageSummaryItems.Headers : MessageSummaryItems.None);

    private static async Task<Email[]> FetchAsync(
        ImapConnection connection,
        MailboxId mailbox,
        uint validity,
        uint[] uids,
        MessageSummaryItems items,
        CancellationToken cancellationToken)
    {
        IMailFolder folder;
        try
        {
            folder = await connection.OpenAsync(mailbox.Name, FolderAccess.ReadOnly, cancellationToken);
        }
        catch (FolderNotFoundException)
        {
            return [];
        }

        if (folder.UidValidity != validity)
        {
            return [];
        }

        var summaries = await folder.FetchAsync([.. uids.Select(uid => new UniqueId(validity, uid))], items, cancellationToken);
        return [.. summaries.Where(summary => summary.UniqueId.IsValid).Select(summary => SummaryReader.Read(mailbox, summary))];
    }
}
