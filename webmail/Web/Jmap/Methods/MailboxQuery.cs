using System.Text.Json.Nodes;
using Webmail.Mail.Ids;
using Webmail.Mail.Mailboxes;

namespace Webmail.Web.Jmap.Methods;

/// <summary>Mailboxes by role, parent or name, in display order.</summary>
internal sealed class MailboxQuery(MailboxReader mailboxes) : IJmapMethod
{
    private static readonly string[] Filters = ["role", "parentId", "name", "hasAnyRole"];

    public string Name => "Mailbox/query";

    public async Task<JsonObject> InvokeAsync(JmapCall call, List<ImpliedResponse> implied)
    {
        var filter = call.Object("filter") ?? [];
        if (filter.FirstOrDefault(pair => !Filters.Contains(pair.Key)) is { Key: { } unknown })
        {
            throw new MethodException("unsupportedFilter", $"Mailboxes cannot be filtered by {unknown}.");
        }

        var all = await mailboxes.ListAsync(call.Account(), call.Cancelled);
        var found = all.Where(mailbox => Matches(mailbox, filter))
            .OrderBy(MailboxJson.SortOrder)
            .ThenBy(mailbox => mailbox.Name, StringComparer.OrdinalIgnoreCase)
            .Select(mailbox => new MailboxId(mailbox.Name).ToString())
            .ToArray();
        var position = Math.Clamp(call.Number("position") ?? 0, 0, found.Length);
        return new JsonObject
        {
            ["accountId"] = call.Text("accountId"),
            ["queryState"] = MailboxJson.State(all),
            ["canCalculateChanges"] = false,
            ["position"] = position,
            ["ids"] = new JsonArray([.. found.Skip(position).Take(call.Number("limit") ?? int.MaxValue).Select(id => (JsonNode)id)]),
            ["total"] = found.Length,
        };
    }

    private static bool Matches(Mailbox mailbox, JsonObject filter) =>
        (!filter.TryGetPropertyValue("role", out var role) || JmapCall.AsText(role) == mailbox.Role)
        && (!filter.TryGetPropertyValue("parentId", out var parent)
            || JmapCall.AsText(parent) == (mailbox.Parent is { } name ? new MailboxId(name).ToString() : null))
        && (!filter.TryGetPropertyValue("name", out var text)
            || mailbox.Label.Contains(JmapCall.AsText(text) ?? "", StringComparison.OrdinalIgnoreCase))
        && (filter["hasAnyRole"] is not JsonValue any || !any.TryGetValue<bool>(out var has) || has == mailbox.Role is not null);
}
