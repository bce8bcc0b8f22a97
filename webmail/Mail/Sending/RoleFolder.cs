using MailKit;
using Webmail.Mail.Imap;
using Webmail.Mail.Mailboxes;

namespace Webmail.Mail.Sending;

/// <summary>Finds mailboxes by what they are for.</summary>
internal static class RoleFolder
{
    /// <summary>Null if there is none.</summary>
    public static async Task<IMailFolder?> FindAsync(ImapConnection connection, string role, CancellationToken cancellationToken)
    {
        var client = connection.Client;
        var folders = await client.GetFoldersAsync(client.PersonalNamespaces[0], StatusItems.None, false, cancellationToken);
        return folders.FirstOrDefault(folder => MailboxRole.Of(folder) == role && (folder.Attributes & (FolderAttributes.NoSelect | FolderAttributes.NonExistent)) == 0);
    }

    /// <summary>Makes one of that usual name where there is none: a copy must lie somewhere.</summary>
    public static async Task<IMailFolder> RequireAsync(ImapConnection connection, string role, string usualName, CancellationToken cancellationToken)
    {
        if (await FindAsync(connection, role, cancellationToken) is { } found)
        {
            return found;
        }

        var client = connection.Client;
        var made = await client.GetFolder(client.PersonalNamespaces[0]).CreateAsync(usualName, true, cancellationToken)
            ?? throw new MailCommandException($"The mail server does not make the mailbox {usualName}.");
        await made.SubscribeAsync(cancellationToken);
        return made;
    }
}
