using MailKit;

namespace Webmail.Mail.Mailboxes;

/// <summary>Finds what a mailbox is for.</summary>
internal static class MailboxRole
{
    public static string? Of(IMailFolder folder)
    {
        if (string.Equals(folder.FullName, "INBOX", StringComparison.OrdinalIgnoreCase))
        {
            return "inbox";
        }

        return ByAttribute(folder.Attributes) ?? ByName(folder);
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

    private static string? ByName(IMailFolder folder) =>
        folder.ParentFolder is { FullName.Length: > 0 }
            ? null
            : folder.FullName.ToUpperInvariant() switch
            {
                "DRAFTS" => "drafts",
                "SENT" => "sent",
                "JUNK" or "SPAM" => "junk",
                "TRASH" => "trash",
                "ARCHIVE" => "archive",
                _ => null,
            };
}
