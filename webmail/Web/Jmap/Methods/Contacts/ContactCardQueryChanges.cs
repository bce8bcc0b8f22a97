using System.Text.Json.Nodes;
using Webmail.Web.Contacts;
using Webmail.Web.Database;

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
        var since = QueryChangesAnswer.Since(call);
        var found = await contacts.ReadAsync(
            call.Account(),
            "contacts.query-changes",
            async view =>
            {
                var changed = await ChangeReader.ReadAsync(view, ContactType.Card, since, null);
                var ids = await query.RunAsync(view);
                return new Found(changed, QueryChangesAnswer.Added(ids, changed?.Created ?? [], changed?.Updated ?? []), ids.Count);
            },
            call.Cancelled);
        if (found.Changes is not { HasMore: false } changes)
        {
            throw ChangeReader.Unknown(since);
        }

        return QueryChangesAnswer.Of(call, since, changes.NewState, [.. changes.Updated, .. changes.Destroyed], found.Added, found.Total);
    }

    private sealed record Found(ChangedIds? Changes, AddedItem[] Added, int Total);
}
