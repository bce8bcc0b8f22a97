using MailKit;
using Webmail.Mail.Ids;
using Webmail.Mail.Imap;

namespace Webmail.Mail.Writing;

/// <summary>One message that is to be changed, if it is there.</summary>
internal static class ExistingMessage
{
    /// <summary>Opens its mailbox for the change.</summary>
    public static async Task<IMailFolder?> OpenAsync(ImapConnection connection, EmailId id, CancellationToken cancellationToken) =>
        (await FindAsync(connection, id, MessageSummaryItems.UniqueId, cancellationToken))?.Folder;

    public static async Task<string?> MessageIdAsync(ImapConnection connection, EmailId id, CancellationToken cancellationToken)
    {
        const MessageSummaryItems Items = MessageSummaryItems.UniqueId | MessageSummaryItems.Envelope;
        return (await FindAsync(connection, id, Items, cancellationToken))?.Envelope?.MessageId;
    }

    private static async Task<IMessageSummary?> FindAsync(
        ImapConnection connection, EmailId id, MessageSummaryItems items, CancellationToken cancellationToken)
    {
        IMailFolder folder;
        try
        {
            folder = await connection.OpenAsync(id.Mailbox.Name, FolderAccess.ReadWrite, cancellationToken);
        }
        catch (FolderNotFoundException)
        {
            return null;
        }

        if (folder.UidValidity != id.Validity)
        {
            return null;
        }

        var found = await folder.FetchAsync([new UniqueId(id.Validity, id.Uid)], items, cancellationToken);
        return found.Count == 0 ? null : found[0];
    }
}
