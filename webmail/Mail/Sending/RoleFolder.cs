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
        var folders = await connection.FoldersAsync(StatusItems.None, cancellationToken);
        return MailboxRoles.Of(connection, folders).FirstOrDefault(pair => pair.Value == role).Key;
    }

    /// <summary>Makes one of that usual name where there is none: a copy must lie somewhere.</summary>
    public static async Task<IMailFolder> RequireAsync(ImapConnection connection, string role, string usualName, CancellationToken cancellationToken)
    {
        if (await FindAsync(connection, role, cancellationToken) is { } found)
        {
            return found;
        }

        var made = await connection.Top.CreateAsync(usualName, true, cancellationToken)
            ?? throw new MailCommandException($"The mail server does not make the mailbox {usualName}.");
        await made.SubscribeAsync(cancellationToken);
        return made;
    }
}
