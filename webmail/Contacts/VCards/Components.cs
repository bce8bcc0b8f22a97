using System.Text.Json.Nodes;
using Webmail.Contacts.Cards;

namespace Webmail.Contacts.VCards;

/// <summary>The components of N and ADR by their place, both ways (RFC 9554 §2, RFC 9555 §2.5 and §2.6).</summary>
internal static class Components
{
    public static string[] Name { get; } = ["surname", "given", "given2", "title", "credential", "surname2", "generation"];

    public static string[] Address { get; } =
    [
        "postOfficeBox", "apartment", "name", "locality", "region", "postcode", "country",
        "room", "apartment", "floor", "number", "name", "building", "block", "subdistrict", "district", "landmark", "direction",
    ];

    private const int AddressBasics = 7;
    private static readonly string[] StreetLine = ["number", "name", "building", "block", "direction", "landmark"];
    private static readonly string[] ExtendedLine = ["apartment", "floor", "room"];

    /// <summary>Null if all are empty.</summary>
    public static JsonArray? Read(VCardLine line, string[] kinds, bool splitCommas)
    {
        var parts = VCardText.Split(line.Value, ';');
        // Where the exact components are given, the second and third repeat them for older programs.
        var isExact = kinds == Address && parts.Skip(AddressBasics).Any(part => part.Length > 0);
        var components = parts.Take(kinds.Length)
            .SelectMany((part, i) => isExact && i is 1 or 2 ? [] : (splitCommas ? VCardText.List(part) : [VCardText.Unescape(part).Trim()]).Select(value => (Kind: kinds[i], Value: value)))
            .Where(component => component.Value.Length > 0)
            .Select(component => (JsonNode)new JsonObject { ["kind"] = component.Kind, ["value"] = component.Value })
            .ToArray();
        return components.Length == 0 ? null : new JsonArray(components);
    }

    public static string WriteName(JsonArray components) => string.Join(';', Name.Select(kind => Joined(components, kind))).TrimEnd(';') is var basics
        ? basics + new string(';', Math.Max(0, 4 - basics.Count(character => character == ';')))
        : "";

    public static string WriteAddress(JsonArray components)
    {
        var isExact = components.OfType<JsonObject>().Any(component => Array.IndexOf(Address, Check.TextOf(component["kind"])) is < 0 or >= AddressBasics or 1);
        string[] basics = ["postOfficeBox", "", "name", "locality", "region", "postcode", "country"];
        var written = basics.Select((kind, i) => i switch
        {
            1 => Line(components, ExtendedLine),
            2 => Line(components, StreetLine),
            _ => Joined(components, kind),
        });
        return string.Join(';', isExact ? written.Concat(Address.Skip(AddressBasics).Select(kind => Joined(components, kind))) : written);
    }

    /// <summary>The values in one line, as people write them.</summary>
    public static string InOneLine(JsonArray components, params string[] kinds) => string.Join(
        ' ', kinds.SelectMany(kind => Values(components, kind)));

    private static string Line(JsonArray components, string[] kinds) => VCardText.Escape(InOneLine(components, kinds));

    private static string Joined(JsonArray components, string kind) => string.Join(',', Values(components, kind).Select(VCardText.Escape));

    private static IEnumerable<string> Values(JsonArray components, string kind) =>
        components.OfType<JsonObject>().Where(component => Check.TextOf(component["kind"]) == kind).Select(component => Check.TextOf(component["value"])).OfType<string>();
}
