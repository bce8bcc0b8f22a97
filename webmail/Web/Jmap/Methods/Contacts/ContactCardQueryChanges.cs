using System.Text.Json.Nodes;
using Webmail.Web.Contacts;

namespace Webmail.Web.Jmap.Methods.Contacts;

/// <summary>
/// What has changed in the results of a query (RFC 8620 §5.6). Everything a card is found and sorted by can change, so each
/// changed card is taken out of the old results, and put in again if it is among the new ones.
/// </summary>
internal sealed class ContactCardQueryChanges(ContactStore contacts) : IJmapMethod
{
    public string Name => "ContactCard/queryChanges";

    public async Task<JsonObject> InvokeAsync(JmapCall call, List<ImpliedResponse> implied)
    {
        var query = CardQuery.Read(call);
        var since = call.Text("sinceQueryState") ?? throw new MethodException("invalidArguments", "sinceQueryState must be given.");
        var found = await contacts.ReadAsync(
            call.Account(),
            "contacts.query-changes",
            async view =>
            {
                var changed = await ChangeReader.ReadAsync(view, ContactType.Card, since, null);
                var ids = await query.RunAsync(view);
                var touched = (changed?.Created ?? []).Concat(changed?.Updated ?? []).ToHashSet();
                return new Found(changed, [.. ids.Index().Where(item => touched.Contains(item.Item)).Select(item => new Place(item.Item, item.Index))], ids.Count);
            },
            call.Cancelled);
        if (found.Changes is not { HasMore: false } changes)
        {
            throw ChangeReader.Unknown(since);
        }

        string[] removed = [.. changes.Updated, .. changes.Destroyed];
        if (removed.Length + found.Added.Length > (call.Number("maxChanges") ?? int.MaxValue))
        {
            throw new MethodException("tooManyChanges", "There are more changes than maxChanges; run the query anew.");
        }

        var answer = new JsonObject
        {
            ["accountId"] = call.Text("accountId"),
            ["oldQueryState"] = since,
            ["newQueryState"] = changes.NewState,
            ["removed"] = new JsonArray([.. removed.Select(id => (JsonNode)id)]),
            ["added"] = new JsonArray([.. found.Added.Select(place => new JsonObject { ["id"] = place.Id, ["index"] = place.Index })]),
        };
        if (call.Flag("calculateTotal"))
        {
            answer["total"] = found.Total;
        }

        return answer;
    }

    private sealed record Place(string Id, int Index);

    private sealed record Found(ChangedIds? Changes, Place[] Added, int Total);
}
