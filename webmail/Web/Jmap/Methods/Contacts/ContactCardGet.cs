using System.Text.Json.Nodes;
using Webmail.Web.Contacts;

namespace Webmail.Web.Jmap.Methods.Contacts;

internal sealed class ContactCardGet(ContactStore contacts) : IJmapMethod
{
    public string Name => "ContactCard/get";

    public async Task<JsonObject> InvokeAsync(JmapCall call, List<ImpliedResponse> implied)
    {
        var ids = Selected.Ids(call);
        var properties = call.Texts("properties");
        var numbers = ids?.Select(id => ContactIds.TryParseCard(id, out var number) ? number : 0).ToArray();
        var found = await contacts.ReadAsync(
            call.Account(),
            "contacts.cards",
            async view => new Found(view.States.Text(ContactType.Card), await CardReader.ReadAsync(view, numbers)),
            call.Cancelled);
        return found.Cards is { } cards
            ? Selected.Answer(call, found.State, cards.Select(card => card.Describe()), ids, properties)
            : throw new MethodException(
                "requestTooLarge", $"At most {JmapLimits.ObjectsInGetMax} cards of {ContactLimits.CardBytesInGetMax} bytes together: name fewer ids.");
    }

    private sealed record Found(string State, IReadOnlyList<CardRow>? Cards);
}
