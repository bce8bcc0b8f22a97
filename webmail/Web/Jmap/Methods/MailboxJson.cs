using System.Text.Json.Nodes;
using Webmail.Mail.Ids;
using Webmail.Web.Index;

namespace Webmail.Web.Jmap.Methods;

/// <summary>Mailboxes as JMAP shows them (RFC 8621 §2).</summary>
internal static class MailboxJson
{
    private const int LastInOrder = 10;

    private static readonly string[] RoleOrder = ["inbox", "drafts", "sent", "archive", "junk", "trash"];

    public static IEnumerable<JsonObject> Describe(IReadOnlyList<MailboxRow> mailboxes) => mailboxes.Select(mailbox => new JsonObject
    {
        ["id"] = mailbox.MailboxId.ToString(),
        ["name"] = Name(mailbox),
        ["parentId"] = ParentId(mailboxes, mailbox),
        ["role"] = mailbox.Role,
        ["sortOrder"] = SortOrder(mailbox),
        ["totalEmails"] = mailbox.Total,
        ["unreadEmails"] = mailbox.Unread,
        ["totalThreads"] = mailbox.Threads,
        ["unreadThreads"] = mailbox.UnreadThreads,
        ["myRights"] = MailboxRights.Describe(mailbox),
        ["isSubscribed"] = mailbox.Subscribed,
    });

    public static string Name(MailboxRow mailbox) => mailbox.Role == "inbox" ? "Inbox" : mailbox.Label;

    public static string? ParentId(IEnumerable<MailboxRow> mailboxes, MailboxRow mailbox) =>
        mailbox.Parent is { } parent && mailboxes.FirstOrDefault(other => other.Name == parent) is { } found ? found.MailboxId.ToString() : null;

    public static int SortOrder(MailboxRow mailbox) =>
        Array.IndexOf(RoleOrder, mailbox.Role) is var order and >= 0 ? order + 1 : LastInOrder;
}
