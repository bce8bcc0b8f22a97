using System.Text.Json.Nodes;
using Webmail.Mail.Ids;
using Webmail.Web.Index;

namespace Webmail.Web.Jmap.Methods;

/// <summary>Mailboxes by role, parent, name or subscription (RFC 8621 §2.3), in display order unless another is asked for.</summary>
internal sealed class MailboxQuery(MailIndex index) : IJmapMethod
{
    private static readonly string[] Filters = ["role", "parentId", "name", "hasAnyRole", "isSubscribed"];

    public string Name => "Mailbox/query";

    public async Task<JsonObject> InvokeAsync(JmapCall call, List<ImpliedResponse> implied)
    {
        var filter = call.Object("filter") ?? [];
        if (filter.FirstOrDefault(pair => !Filters.Contains(pair.Key)) is { Key: { } unknown })
        {
            throw new MethodException("unsupportedFilter", $"Mailboxes cannot be filtered by {unknown}.");
        }

        var byName = ByName(call);
        var window = QueryWindow.Read(call);
        var found = await index.MailboxesAsync(call.Account(), call.Cancelled);
        string[] ids =
        [
            .. found.Mailboxes.Where(mailbox => Matches(found.Mailboxes, mailbox, filter))
                .OrderBy(mailbox => byName is null ? MailboxJson.SortOrder(mailbox) : 0)
                .ThenBy(mailbox => mailbox, byName ?? Comparer(MailboxName))
                .Select(mailbox => mailbox.MailboxId.ToString()),
        ];
        var page = window.Cut(ids) ?? throw new MethodException("anchorNotFound", $"{window.Anchor} is not among the results.");
        return window.Answer(call, IndexState.Text(found.State), canCalculateChanges: false, page);
    }

    private static IComparer<MailboxRow>? ByName(JmapCall call)
    {
        if (call.Array("sort") is not { Count: > 0 } sort || JmapCall.AsText(sort[0]?["property"]) == "sortOrder")
        {
            return null;
        }

        return JmapCall.AsText(sort[0]?["property"]) == "name"
            ? Comparer(MailboxName, sort[0]!["isAscending"] is JsonValue value && value.TryGetValue<bool>(out var ascending) && !ascending)
            : throw new MethodException("unsupportedSort", "Mailboxes can be sorted by sortOrder and name.");
    }

    private static string MailboxName(MailboxRow mailbox) => mailbox.Name;

    private static IComparer<MailboxRow> Comparer(Func<MailboxRow, string> key, bool descending = false) =>
        Comparer<MailboxRow>.Create((left, right) => (descending ? -1 : 1) * string.Compare(key(left), key(right), StringComparison.OrdinalIgnoreCase));

    private static bool Matches(MailboxRow[] all, MailboxRow mailbox, JsonObject filter) =>
        (!filter.TryGetPropertyValue("role", out var role) || JmapCall.AsText(role) == mailbox.Role)
        && (!filter.TryGetPropertyValue("parentId", out var parent) || JmapCall.AsText(parent) == MailboxJson.ParentId(all, mailbox))
        && (!filter.TryGetPropertyValue("name", out var text)
            || MailboxJson.Name(mailbox).Contains(JmapCall.AsText(text) ?? "", StringComparison.OrdinalIgnoreCase))
        && (filter["hasAnyRole"] is not JsonValue any || !any.TryGetValue<bool>(out var has) || has == mailbox.Role is not null)
        && (filter["isSubscribed"] is not JsonValue only || !only.TryGetValue<bool>(out var subscribed) || subscribed == mailbox.Subscribed);
}
