using System.Globalization;
using System.Text.Json.Nodes;
using Webmail.Contacts.Cards;

namespace Webmail.Contacts.VCards;

/// <summary>A card that grows line by line.</summary>
/// <param name="lines">All lines of the vCard, for what belongs together in a group.</param>
internal sealed class CardBuilder(IReadOnlyList<VCardLine> lines)
{
    private const int PreferenceMax = 100;

    // Parameters that a mapping understands; the others are kept as RFC 9555 §2.15.2 says.
    private static readonly HashSet<string> Understood =
        ["TYPE", "PREF", "PROP-ID", "LABEL", "ENCODING", "VALUE", "MEDIATYPE", "SERVICE-TYPE", "USERNAME", "X-APPLE-OMIT-YEAR", "CC", "GEO", "TZ", "SORT-AS", "X-USER"];

    private readonly Dictionary<string, string> _labels = lines.Where(line => line is { Name: "X-ABLABEL", Group: not null })
        .DistinctBy(line => line.Group).ToDictionary(line => line.Group!, line => Plain(line.Text));

    public JsonObject Card { get; } = [];

    /// <summary>Whether a line of the same group uses this label already.</summary>
    public bool IsUsedLabel(VCardLine line) =>
        line is { Name: "X-ABLABEL", Group: not null } && lines.Any(other => other.Group == line.Group && other.Name is not ("X-ABLABEL" or "X-ABADR"));

    /// <summary>Adds an object under an id of its own to a property such as "emails".</summary>
    public JsonObject Add(string property, VCardLine line, JsonObject item)
    {
        if (TypeWords.ContextsOf(line.Types) is { } contexts)
        {
            item["contexts"] = contexts;
        }

        if (Preference(line) is { } preference)
        {
            item["pref"] = preference;
        }

        if (line.Group is not null && _labels.TryGetValue(line.Group, out var label))
        {
            item["label"] = label;
        }

        var others = line.Parameters.Where(parameter => !Understood.Contains(parameter.Name)).ToList();
        if (others.Count > 0)
        {
            item["vCardParams"] = Parameters(others);
        }

        var map = Map(property);
        var id = line.Parameter("PROP-ID") is { Length: > 0 and <= 100 } given && given.All(IsInId) && !map.ContainsKey(given)
            ? given
            : Enumerable.Range(map.Count + 1, map.Count + 1).Select(i => i.ToString(CultureInfo.InvariantCulture)).First(id => !map.ContainsKey(id));
        map[id] = item;
        return item;
    }

    public void AddKeys(string property, IEnumerable<string> keys)
    {
        var map = Map(property);
        foreach (var key in keys)
        {
            map[key] = true;
        }

        if (map.Count == 0)
        {
            Card.Remove(property);
        }
    }

    /// <summary>Keeps a line that no property of JSContact is for (RFC 9555 §2.15.1): as in jCard, its value as it stands.</summary>
    public void Keep(VCardLine line)
    {
        var parameters = Parameters(line.Parameters.Where(parameter => parameter.Name != "VALUE"));
        if (line.Group is not null)
        {
            parameters["group"] = line.Group;
        }

        var kept = Card["vCardProps"] as JsonArray ?? [];
        Card["vCardProps"] ??= kept;
        kept.Add((JsonNode)new JsonArray(line.Name.ToLowerInvariant(), parameters, line.Parameter("VALUE")?.ToLowerInvariant() ?? "unknown", line.Value));
    }

    private JsonObject Map(string property)
    {
        var map = Card[property] as JsonObject ?? [];
        Card[property] ??= map;
        return map;
    }

    private static JsonObject Parameters(IEnumerable<VCardParameter> parameters)
    {
        var json = new JsonObject();
        foreach (var (name, values) in parameters)
        {
            json[name.ToLowerInvariant()] = values is [var one] ? one : new JsonArray([.. values.Select(value => (JsonNode)value)]);
        }

        return json;
    }

    private static int? Preference(VCardLine line) =>
        int.TryParse(line.Parameter("PREF"), NumberStyles.None, CultureInfo.InvariantCulture, out var given) && given is > 0 and <= PreferenceMax ? given
        : line.Types.Contains("pref") ? 1
        : null;

    // As an address book of Apple writes its own words.
    private static string Plain(string label) => label.StartsWith("_$!<", StringComparison.Ordinal) && label.EndsWith(">!$_", StringComparison.Ordinal) ? label[4..^4] : label;

    private static bool IsInId(char character) => char.IsAsciiLetterOrDigit(character) || character is '-' or '_';
}
