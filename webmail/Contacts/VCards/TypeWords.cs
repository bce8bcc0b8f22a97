using System.Text.Json.Nodes;

namespace Webmail.Contacts.VCards;

/// <summary>The TYPE parameter as contexts and features, both ways (RFC 9555 §2.3.21).</summary>
internal static class TypeWords
{
    private static readonly (string Type, string Context)[] Contexts = [("home", "private"), ("work", "work"), ("billing", "billing"), ("delivery", "delivery")];

    private static readonly (string Type, string Feature)[] Features =
    [
        ("cell", "mobile"), ("voice", "voice"), ("text", "text"), ("video", "video"), ("fax", "fax"), ("pager", "pager"),
        ("textphone", "textphone"), ("main-number", "main-number"), ("main", "main-number"),
    ];

    public static JsonObject? ContextsOf(IReadOnlySet<string> types) => Set(Contexts.Where(pair => types.Contains(pair.Type)).Select(pair => pair.Context));

    public static JsonObject? FeaturesOf(IReadOnlySet<string> types) => Set(Features.Where(pair => types.Contains(pair.Type)).Select(pair => pair.Feature));

    public static IEnumerable<string> TypesOf(JsonObject item) =>
        Contexts.Where(pair => Has(item["contexts"], pair.Context)).Select(pair => pair.Type)
            .Concat(Features.Where(pair => Has(item["features"], pair.Feature)).DistinctBy(pair => pair.Feature).Select(pair => pair.Type));

    public static JsonObject? Set(IEnumerable<string> keys)
    {
        var set = new JsonObject(keys.Distinct().Select(key => KeyValuePair.Create(key, (JsonNode?)true)));
        return set.Count > 0 ? set : null;
    }

    private static bool Has(JsonNode? set, string key) => (set as JsonObject)?.ContainsKey(key) is true;
}
