using System.Text.Json.Nodes;
using Webmail.Web.Contacts;

namespace Webmail.Web.Jmap.Methods.Contacts;

/// <summary>Finds and sorts cards (RFC 9610 §3.3), with all filters and sort orders it defines.</summary>
internal sealed class ContactCardQuery(ContactStore contacts) : IJmapMethod
{
    public string Name => "ContactCard/query";

    public async Task<JsonObject> InvokeAsync(JmapCall call, List<ImpliedResponse> implied)
    {
        var query = CardQuery.Read(call);
        var window = QueryWindow.Read(call);
        var found = await contacts.ReadAsync(
            call.Account(),
            "contacts.query",
            async view => new Found(view.States.Text(ContactType.Card), window.Cut(await query.RunAsync(view))),
            call.Cancelled);
        return window.Answer(
            call, found.State, canCalculateChanges: true, found.Page ?? throw new MethodException("anchorNotFound", $"{window.Anchor} is not among the results."));
    }

    private sealed record Found(string State, QueryPage? Page);
}
