using System.Text.Json.Nodes;
using Webmail.Web.Contacts;

namespace Webmail.Web.Jmap.Methods.Contacts;

/// <summary>Makes, changes and removes cards (RFC 9610 §3.5): all of one call in one transaction.</summary>
internal sealed class ContactCardSet(ContactStore contacts) : IJmapMethod
{
    public string Name => "ContactCard/set";

    public async Task<JsonObject> InvokeAsync(JmapCall call, List<ImpliedResponse> implied)
    {
        var account = call.Account();
        SetAnswer.CheckSize(call);
        var (create, update, destroy) = (call.Object("create") ?? [], call.Object("update") ?? [], call.Texts("destroy") ?? []);
        var answer = await contacts.SetAsync(
            account,
            "contacts.cards.set",
            ContactType.Card,
            call.Text("ifInState"),
            async changes =>
            {
                var oldState = changes.States.Text(ContactType.Card);
                var set = new SetAnswer(account.Id);
                var cards = new CardWriter(changes, call.Resolve);
                foreach (var (creationId, fields) in create)
                {
                    await set.CreateAsync(creationId, () => CreateAsync(cards, fields));
                }

                foreach (var (id, patch) in update)
                {
                    await set.UpdateAsync(id, () => UpdateAsync(cards, Resolve(id), patch));
                }

                foreach (var id in destroy.Distinct())
                {
                    await set.DestroyAsync(id, () => DestroyAsync(cards, Resolve(id)));
                }

                return set.ToJson(oldState, changes.States.Text(ContactType.Card));

                string Resolve(string id) => id is ['#', .. var creation] && set.IdOf(creation) is { } made ? made : call.Resolve(id);
            },
            call.Cancelled);
        SetAnswer.Remember(call, answer);
        return answer;
    }

    private static async Task<JsonObject> CreateAsync(CardWriter cards, JsonNode? fields)
    {
        var sent = fields as JsonObject ?? throw new SetException("invalidProperties", "A card is an object.");
        if (sent.ContainsKey("id"))
        {
            throw new SetException("invalidProperties", "id is set by the server.", "id");
        }

        var card = (JsonObject)sent.DeepClone();
        var id = await cards.CreateAsync(card);
        var answer = ServerSet(sent, card);
        answer["id"] = id;
        return answer;
    }

    private static async Task<JsonObject?> UpdateAsync(CardWriter cards, string id, JsonNode? patch)
    {
        var row = await cards.FindAsync(id) ?? throw NotFound(id);
        var card = row.Describe();
        PatchObject.Apply(card, patch);
        if (JmapCall.AsText(card["id"]) != id)
        {
            throw new SetException("invalidProperties", "id cannot be changed.", "id");
        }

        card.Remove("id");
        var wanted = (JsonObject)card.DeepClone();
        await cards.ReplaceAsync(row.Id, card);
        return ServerSet(wanted, card);
    }

    private static async Task DestroyAsync(CardWriter cards, string id)
    {
        if (!ContactIds.TryParseCard(id, out var number) || !await cards.DestroyAsync(number))
        {
            throw NotFound(id);
        }
    }

    /// <summary>What is stored otherwise than it was sent: times, defaults, media by their blob ids (RFC 8620 §5.3).</summary>
    private static JsonObject ServerSet(JsonObject sent, JsonObject stored) =>
        new(stored.Where(property => !JsonNode.DeepEquals(property.Value, sent[property.Key]))
            .Select(property => KeyValuePair.Create(property.Key, property.Value?.DeepClone())).ToList());

    private static SetException NotFound(string id) => new("notFound", $"There is no card {id}.");
}
