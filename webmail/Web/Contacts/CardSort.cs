using System.Text.Json.Nodes;
using Webmail.Web.Jmap;

namespace Webmail.Web.Contacts;

/// <summary>The order of ContactCard/query (RFC 9610 §3.3.2) in SQL.</summary>
internal static class CardSort
{
    private const int ComparatorsMax = 8;

    // Names are stored in lower case; by code point they are in the same order in every database.
    private static readonly Dictionary<string, string> Columns = new()
    {
        ["created"] = "created",
        ["updated"] = "updated",
        ["name/given"] = "given COLLATE \"C\"",
        ["name/surname"] = "surname COLLATE \"C\"",
        ["name/surname2"] = "surname2 COLLATE \"C\"",
    };

    /// <exception cref="MethodException">unsupportedSort.</exception>
    public static string Read(JsonArray? comparators) =>
        comparators?.Count > ComparatorsMax
            ? throw new MethodException("unsupportedSort", $"At most {ComparatorsMax} comparators.")
            : string.Join(", ", [.. (comparators ?? []).Select(Comparator), "id"]);

    private static string Comparator(JsonNode? node) =>
        node is JsonObject comparator && comparator["collation"] is null
        && JmapCall.AsText(comparator["property"]) is { } property && Columns.TryGetValue(property, out var column)
            ? $"{column} {(comparator["isAscending"]?.GetValueKind() is System.Text.Json.JsonValueKind.False ? "DESC" : "ASC")}"
            : throw new MethodException("unsupportedSort", $"Cards can be sorted by {string.Join(", ", Columns.Keys)}, without a collation.");
}
