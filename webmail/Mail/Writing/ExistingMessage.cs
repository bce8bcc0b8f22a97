using MailKit;
using MailKit.Net.Imap;
using Webmail.Mail.Ids;
using Webmail.Mail.Imap;

namespace Webmail.Mail.Writing;

/// <summary>One message that is to be changed, if it is there.</summary>
internal static class ExistingMessage
{
    /// <summary>Changes it; false if it is not there, or somebody else takes it away in this very moment.</summary>
    public static async Task<bool> ChangeAsync(
        ImapConnection connection, EmailId id, Func<IMailFolder, UniqueId, Task> change, CancellationToken cancellationToken)
    {
        if (await OpenAsync(connection, id, cancellationToken) is not { } folder)
        {
            return false;
        }

        try
        {
            await change(folder, new UniqueId(id.Validity, id.Uid));
            return true;
        }
        catch (ImapCommandException)
        {
            // A command is refused also when another connection, a dead backend's perhaps, was faster (EXPUNGEISSUED, RFC 5530).
            if (await OpenAsync(connection, id, cancellationToken) is not null)
            {
                throw;
            }

            return false;
        }
    }

    private static async Task<IMailFolder?> OpenAsync(ImapConnection connection, EmailId id, CancellationToken cancellationToken)
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
