using System.Text.Json.Nodes;

namespace Webmail.Contacts.Cards;

/// <summary>What of a card a search looks at, in lower case: by the names of the filters of RFC 9610 §3.3.1.</summary>
public static class CardWords
{
    /// <summary>The filters that look for words.</summary>
    public static IReadOnlyList<string> Filters { get; } =
    [
        "text", "name", "name/given", "name/surname", "name/surname2", "nickname", "organization", "email", "phone", "onlineService", "address", "note",
    ];

    public static JsonObject Of(JsonObject card)
    {
        ArgumentNullException.ThrowIfNull(card);
        var words = new JsonObject
        {
            ["name"] = Join([.. Components(card["name"], null), .. Texts(card["name"], "full")]),
            ["name/given"] = Join(Components(card["name"], "given")),
            ["name/surname"] = Join(Components(card["name"], "surname")),
            ["name/surname2"] = Join(Components(card["name"], "surname2")),
            ["nickname"] = Join(Items(card, "nicknames", "name")),
            ["organization"] = Join(Items(card, "organizations", "name")),
            ["email"] = Join(Items(card, "emails", "address", "label")),
            ["phone"] = Join(Items(card, "phones", "number", "label")),
            ["onlineService"] = Join(Items(card, "onlineServices", "service", "uri", "user", "label")),
            ["address"] = Join(Entries(card["addresses"]).SelectMany(address => Components(address, null).Concat(Texts(address, "full")))),
            ["note"] = Join(Items(card, "notes", "note")),
        };
        words["text"] = Join(
        [
            .. words.Select(pair => (string)pair.Value!), .. Items(card, "titles", "name"), .. Items(card, "links", "uri", "label"),
            .. (card["keywords"] as JsonObject ?? []).Select(keyword => keyword.Key), .. Items(card, "personalInfo", "value"),
            .. Entries(card["organizations"]).SelectMany(one => (one["units"] as JsonArray ?? []).SelectMany(unit => Texts(unit, "name"))),
        ]);
        return words;
    }

    /// <summary>What cards are sorted by: the first component of this kind of the name; empty if there is none.</summary>
    public static string SortKey(JsonObject card, string kind) => Components(card["name"], kind).FirstOrDefault("").ToLowerInvariant();

    private static IEnumerable<string> Components(JsonNode? named, string? kind) =>
        ((named as JsonObject)?["components"] as JsonArray ?? []).OfType<JsonObject>()
            .Where(component => (kind is null || Check.TextOf(component["kind"]) == kind) && Check.TextOf(component["kind"]) != "separator")
            .SelectMany(component => Texts(component, "value"));

    private static IEnumerable<string> Items(JsonObject card, string property, params string[] names) =>
        Entries(card[property]).SelectMany(item => Texts(item, names));

    private static IEnumerable<JsonObject> Entries(JsonNode? map) => (map as JsonObject ?? []).Select(pair => pair.Value).OfType<JsonObject>();

    private static IEnumerable<string> Texts(JsonNode? node, params string[] names) =>
        names.Select(name => Check.TextOf((node as JsonObject)?[name])).OfType<string>();

    private static string Join(IEnumerable<string> texts) => string.Join('\n', texts.Where(text => text.Length > 0)).ToLowerInvariant();
}
