using System.Text.Json.Nodes;
using Webmail.Contacts.Cards;

namespace Webmail.Contacts.VCards;

/// <summary>Writes back what was kept of a vCard as it stood (RFC 9555 §2.15).</summary>
internal static class KeptLines
{
    private static readonly string[] Structure = ["BEGIN", "END", "VERSION"];

    public static void Write(VCardWriter writer, JsonNode? lines)
    {
        foreach (var line in (lines as JsonArray ?? []).OfType<JsonArray>())
        {
            // Clients may write here, too: what is no property, or would end the card, is left out.
            if (line is [var first, JsonObject parameters, var type, var last] && Check.TextOf(first)?.ToUpperInvariant() is { } name && IsName(name)
                && !Structure.Contains(name) && Check.TextOf(last) is { } value)
            {
                var given = Parameters(parameters).Where(parameter => parameter.Name != "GROUP");
                var valueType = Check.TextOf(type) is { } word && word != "unknown" && IsName(word) ? word : null;
                writer.Line(Check.TextOf(parameters["group"]) is { } group && IsName(group) ? group : null, name, given.Append(("VALUE", valueType)), value);
            }
        }
    }

    public static IEnumerable<(string Name, string? Value)> Parameters(JsonNode? parameters) =>
        (parameters as JsonObject ?? []).Where(pair => IsName(pair.Key)).Select(pair => (
            pair.Key.ToUpperInvariant(),
            pair.Value is JsonArray list ? string.Join(',', list.Select(Check.TextOf).OfType<string>()) : Check.TextOf(pair.Value)));

    private static bool IsName(string name) => name.Length > 0 && name.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_');
}
