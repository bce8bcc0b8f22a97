using MailKit;
using Webmail.Mail.Imap;

namespace Webmail.Mail.Mailboxes;

/// <summary>Finds what a mailbox is for.</summary>
internal static class MailboxRole
{
    public static string? Of(ImapConnection connection, IMailFolder folder)
    {
        if (string.Equals(folder.FullName, "INBOX", StringComparison.OrdinalIgnoreCase))
        {
            return "inbox";
        }

        return ByAttribute(folder.Attributes) ?? ByName(connection, folder);
    }

    private static string? ByAttribute(FolderAttributes attributes) => attributes switch
    {
        _ when attributes.HasFlag(FolderAttributes.Drafts) => "drafts",
        _ when attributes.HasFlag(FolderAttributes.Sent) => "sent",
        _ when attributes.HasFlag(FolderAttributes.Junk) => "junk",
        _ when attributes.HasFlag(FolderAttributes.Trash) => "trash",
        _ when attributes.HasFlag(FolderAttributes.Archive) => "archive",
        _ when attributes.HasFlag(FolderAttributes.All) => "all",
        _ => null,
    };

    private static string? ByName(ImapConnection connection, IMailFolder folder) =>
        connection.ParentOf(folder) is not null
            ? null
            : folder.Name.ToUpperInvariant() switch
            {
                "DRAFTS" => "drafts",
                "SENT" => "sent",
                "JUNK" or "SPAM" => "junk",
                "TRASH" => "trash",
                "ARCHIVE" => "archive",
                _ => null,
            };
}
