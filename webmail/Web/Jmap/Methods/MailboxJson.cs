using System.Globalization;
using System.Text.Json.Nodes;
using Webmail.Mail.Ids;
using Webmail.Mail.Mailboxes;

namespace Webmail.Web.Jmap.Methods;

/// <summary>A mailbox as JMAP shows it (RFC 8621 §2).</summary>
internal static class MailboxJson
{
    private const int LastInOrder = 10;

    private static readonly string[] RoleOrder = ["inbox", "drafts", "sent", "archive", "junk", "trash"];

    public static JsonObject Describe(Mailbox mailbox) => new()
    {
        ["id"] = new MailboxId(mailbox.Name).ToString(),
        ["name"] = mailbox.Role == "inbox" ? "Inbox" : mailbox.Label,
        ["parentId"] = mailbox.Parent is { } parent ? new MailboxId(parent).ToString() : null,
        ["role"] = mailbox.Role,
        ["sortOrder"] = SortOrder(mailbox),
        ["totalEmails"] = mailbox.Total,
        ["unreadEmails"] = mailbox.Unread,
        // IMAP counts messages; counting conversations would mean reading every header.
        ["totalThreads"] = mailbox.Total,
        ["unreadThreads"] = mailbox.Unread,
        ["myRights"] = Rights(mailbox),
        ["isSubscribed"] = true,
    };

    public static int SortOrder(Mailbox mailbox) =>
        Array.IndexOf(RoleOrder, mailbox.Role) is var order and >= 0 ? order + 1 : LastInOrder;

    /// <summary>Changes when any count, name or message does.</summary>
    public static string State(IEnumerable<Mailbox> mailboxes) => StateText.Of(
        mailboxes.Select(mailbox => string.Create(
            CultureInfo.InvariantCulture, $"{mailbox.Name}\0{mailbox.Validity}\0{mailbox.NextUid}\0{mailbox.Total}\0{mailbox.Unread}")));

    private static JsonObject Rights(Mailbox mailbox) => new()
    {
        ["mayReadItems"] = mailbox.Selectable,
        ["mayAddItems"] = mailbox.Selectable,
        ["mayRemoveItems"] = mailbox.Selectable,
        ["maySetSeen"] = mailbox.Selectable,
        ["maySetKeywords"] = mailbox.Selectable,
        ["mayCreateChild"] = false,
        ["mayRename"] = false,
        ["mayDelete"] = false,
        ["maySubmit"] = true,
    };
}
