using MailKit;
using Webmail.Mail.Imap;

namespace Webmail.Mail.Mailboxes;

/// <summary>
/// Finds what mailboxes are for (RFC 8621 §2): by what the server says (RFC 6154), else by the names that mail programs and servers give them. No two are for
/// the same: accounts that have moved often have several of these names.
/// </summary>
internal static class MailboxRoles
{
    private static readonly (FolderAttributes Attribute, string Role)[] Said =
    [
        (FolderAttributes.Drafts, "drafts"), (FolderAttributes.Sent, "sent"), (FolderAttributes.Junk, "junk"), (FolderAttributes.Trash, "trash"),
        (FolderAttributes.Archive, "archive"), (FolderAttributes.All, "all"),
    ];

    /// <summary>The more usual first.</summary>
    private static readonly (string Name, string Role)[] Usual =
    [
        ("Drafts", "drafts"), ("Sent", "sent"), ("Sent Items", "sent"), ("Sent Messages", "sent"), ("Sent Mail", "sent"), ("Junk", "junk"), ("Spam", "junk"),
        ("Junk Email", "junk"), ("Junk E-mail", "junk"), ("Bulk Mail", "junk"), ("Trash", "trash"), ("Deleted Items", "trash"), ("Deleted Messages", "trash"),
        ("Archive", "archive"),
    ];

    /// <summary>Those that are for something.</summary>
    public static Dictionary<IMailFolder, string> Of(ImapConnection connection, IReadOnlyList<IMailFolder> folders)
    {
        var roles = new Dictionary<IMailFolder, string>();
        foreach (var (folder, role) in folders.Where(connection.HoldsMessages).SelectMany(folder => Wishes(connection, folder))
            .OrderBy(wish => wish.Rank).ThenBy(wish => wish.Folder.FullName, StringComparer.Ordinal).Select(wish => (wish.Folder, wish.Role)))
        {
            if (!roles.ContainsKey(folder) && !roles.ContainsValue(role))
            {
                roles[folder] = role;
            }
        }

        return roles;
    }

    private static IEnumerable<(IMailFolder Folder, string Role, int Rank)> Wishes(ImapConnection connection, IMailFolder folder)
    {
        if (string.Equals(folder.FullName, "INBOX", StringComparison.OrdinalIgnoreCase))
        {
            return [(folder, "inbox", 0)];
        }

        var said = Said.Where(pair => folder.Attributes.HasFlag(pair.Attribute)).Select(pair => (folder, pair.Role, 0));
        var isAtTop = connection.ParentOf(folder) is null;
        return said.Concat(Usual.Index().Where(pair => isAtTop && string.Equals(folder.Name, pair.Item.Name, StringComparison.OrdinalIgnoreCase))
            .Select(pair => (folder, pair.Item.Role, pair.Index + 1)));
    }
}
