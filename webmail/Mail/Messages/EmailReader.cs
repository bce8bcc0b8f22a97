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
                async token => await pool.AskAsync(
                    account.Credentials,
                    group.Key.Mailbox.Name,
                    (connection, inner) => FetchAsync(connection, group.Key.Mailbox, group.Key.Validity, uids, detail, inner),
                    token),
                cancellationToken));
        }

        return [.. emails];
    }

    private static async Task<Email[]> FetchAsync(
        ImapConnection connection,
        MailboxId mailbox,
        uint validity,
        uint[] uids,
        EmailDetail detail,
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

        var items = Always
            | (detail.HasFlag(EmailDetail.Body) ? MessageSummaryItems.BodyStructure : MessageSummaryItems.None)
            | (detail.HasFlag(EmailDetail.Preview) ? MessageSummaryItems.PreviewText : MessageSummaryItems.None)
            | (detail.HasFlag(EmailDetail.Headers) ? MessageSummaryItems.Headers : MessageSummaryItems.None);
        var summaries = await folder.FetchAsync([.. uids.Select(uid => new UniqueId(validity, uid))], items, cancellationToken);
        return [.. summaries.Where(summary => summary.UniqueId.IsValid).Select(summary => SummaryReader.Read(mailbox, summary))];
    }
}
