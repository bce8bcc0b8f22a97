using MailKit;
using Webmail.Mail.Ids;
using Webmail.Mail.Imap;

namespace Webmail.Mail.Writing;

/// <summary>One message that is to be changed, if it is there.</summary>
internal static class ExistingMessage
{
    /// <summary>Opens its mailbox for the change.</summary>
    public static async Task<IMailFolder?> OpenAsync(ImapConnection connection, EmailId id, CancellationToken cancellationToken)
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

        var found = await folder.FetchAsync([new UniqueId(id.Validity, id.Uid)], MessageSummaryItems.UniqueId, cancellationToken);
        return found.Count == 0 ? null : folder;
    }
}
