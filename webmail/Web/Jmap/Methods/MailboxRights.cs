using System.Text.Json.Nodes;
using Webmail.Web.Index;

namespace Webmail.Web.Jmap.Methods;

/// <summary>What the user may do to a mailbox (RFC 8621 §2), from the rights the mail server names (RFC 4314 §2.1). One that names none refuses later.</summary>
internal static class MailboxRights
{
    public static JsonObject Describe(MailboxRow mailbox)
    {
        return new JsonObject
        {
            ["mayReadItems"] = mailbox.Selectable && May("lr"),
            ["mayAddItems"] = mailbox.Selectable && May("i"),
            ["mayRemoveItems"] = mailbox.Selectable && May("te", "d"),
            ["maySetSeen"] = mailbox.Selectable && May("s"),
            ["maySetKeywords"] = mailbox.Selectable && May("w"),
            ["mayCreateChild"] = May("k", "c"),
            ["mayRename"] = mailbox.Role != "inbox" && May("x", "c"),
            ["mayDelete"] = mailbox.Role is null && May("x", "d"),
            ["maySubmit"] = mailbox.Selectable && May("p"),
        };

        // Older servers (RFC 2086) have one letter for several.
        bool May(string letters, string? older = null) =>
            mailbox.Rights is not { } rights || letters.All(rights.Contains) || (older is not null && !rights.AsSpan().ContainsAny("ktex") && older.All(rights.Contains));
    }
}
