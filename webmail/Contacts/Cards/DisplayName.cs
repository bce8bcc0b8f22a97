using System.Text.Json.Nodes;
using Webmail.Contacts.VCards;

namespace Webmail.Contacts.Cards;

/// <summary>What a card is called in a list.</summary>
internal static class DisplayName
{
    private static readonly string[] Order = ["title", "given", "given2", "surname", "surname2", "generation", "credential"];

    /// <summary>The full name, or what its components make; else an organisation, nickname or address; empty if there is nothing.</summary>
    public static string Of(JsonObject card) =>
        Check.TextOf(card["name"]?["full"]) is { Length: > 0 } full ? full
        : card["name"]?["components"] is JsonArray components && Join(card, components) is { Length: > 0 } name ? name
        : First(card["organizations"], "name") ?? First(card["nicknames"], "name") ?? First(card["emails"], "address") ?? "";

    private static string Join(JsonObject card, JsonArray components) =>
        card["name"]!["isOrdered"]?.GetValueKind() is System.Text.Json.JsonValueKind.True
            ? string.Join(' ', components.Select(component => Check.TextOf(component?["value"])?.Trim()).Where(value => value?.Length > 0))
            : Components.InOneLine(components, Order);

    private static string? First(JsonNode? map, string property) =>
        (map as JsonObject ?? []).Select(pair => Check.TextOf((pair.Value as JsonObject)?[property])).FirstOrDefault(text => text?.Length > 0);
}
