using System.Globalization;
using System.Text.Json.Nodes;
using Webmail.Contacts.VCards;

namespace Webmail.Contacts.Csv;

/// <summary>A record as a card.</summary>
internal sealed class CardFromCsv
{
    private const string Several = ":::";
    private readonly JsonObject _card = [];
    private readonly Dictionary<string, JsonObject> _items = new(StringComparer.Ordinal);
    private readonly List<(CsvColumn Column, string Value)> _cells;

    private CardFromCsv(List<(CsvColumn Column, string Value)> cells) => _cells = cells;

    /// <summary>Null if there is nothing in it that makes a card.</summary>
    public static JsonObject? Map(IReadOnlyList<CsvColumn?> columns, CsvRecord record)
    {
        var cells = columns.Zip(record.Fields).Where(pair => pair.First is not null)
            .Select(pair => (pair.First!, Value: CsvCell.Undefuse(pair.Second.Trim()))).Where(cell => cell.Value.Length > 0).ToList();
        return cells.Count == 0 ? null : new CardFromCsv(cells).Map();
    }

    private JsonObject Map()
    {
        foreach (var (column, value) in _cells)
        {
            var slash = column.Field.IndexOf('/', StringComparison.Ordinal);
            var (field, part) = slash < 0 ? (column.Field, "") : (column.Field[..slash], column.Field[(slash + 1)..]);
            Add(column, field, part, value);
        }

        if (Texts("birth/").ToList() is { Count: > 0 } parts)
        {
            var date = new JsonObject(parts.Where(one => int.TryParse(one.Value, NumberStyles.None, CultureInfo.InvariantCulture, out _))
                .Select(one => KeyValuePair.Create(one.Part, (JsonNode?)int.Parse(one.Value, CultureInfo.InvariantCulture))));
            AddDate("birth", date);
        }

        return _card;
    }

    private void Add(CsvColumn column, string field, string part, string value)
    {
        switch (field)
        {
            case "full":
                Name()["full"] ??= value;
                break;
            case "name":
                var components = Name()["components"] as JsonArray ?? [];
                Name()["components"] ??= components;
                components.Add((JsonNode)new JsonObject { ["kind"] = part, ["value"] = value });
                break;
            case "nickname":
                Item("nicknames", column, "", "name", value);
                break;
            case "email" or "phone" or "link" when part.Length == 0:
                AddValues(column, field, value);
                break;
            case "address" when part != "type":
                AddAddress(column, part, value);
                break;
            case "organization":
                AddOrganization(column, part, value);
                break;
            case "title":
                Item("titles", column, "", "name", value)["kind"] = "title";
                break;
            case "date":
                AddDate(part, DateValue.Parse(IsoDate(value)));
                break;
            case "event" when part.Length == 0 && DateKind(TypesOf(column)) is { } kind:
                AddDate(kind, DateValue.Parse(IsoDate(value)));
                break;
            case "note":
                Item("notes", column, "", "note", value);
                break;
            case "keywords":
                AddKeywords(value.Split([Several, ";"], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
                break;
            case "uid":
                _card["uid"] ??= value;
                break;
        }
    }

    private void AddValues(CsvColumn column, string field, string value)
    {
        var (property, name) = field switch { "email" => ("emails", "address"), "phone" => ("phones", "number"), _ => ("links", "uri") };
        foreach (var (i, one) in value.Split(Several, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Index())
        {
            AddTypes(Item(property, column, $"{i}", name, one), column, field == "phone");
        }
    }

    private void AddAddress(CsvColumn column, string part, string value)
    {
        var address = Item("addresses", column, "");
        AddTypes(address, column, false);
        if (part == "full")
        {
            address["full"] = value;
            return;
        }

        var components = address["components"] as JsonArray ?? [];
        address["components"] ??= components;
        components.Add((JsonNode)new JsonObject { ["kind"] = part, ["value"] = value });
    }

    private void AddOrganization(CsvColumn column, string part, string value)
    {
        if (part == "name")
        {
            Item("organizations", column, "")["name"] = value;
        }
        else
        {
            Item("organizations", column, "")["units"] = new JsonArray(new JsonObject { ["name"] = value });
        }
    }

    private void AddDate(string kind, JsonObject? date)
    {
        if (date is { Count: > 0 })
        {
            var map = _card["anniversaries"] as JsonObject ?? [];
            _card["anniversaries"] ??= map;
            map[kind] = new JsonObject { ["kind"] = kind, ["date"] = date };
        }
    }

    private void AddKeywords(IEnumerable<string> words)
    {
        // Google's own groups begin with an asterisk and say nothing here.
        foreach (var word in words.Select(word => word.TrimStart('*').Trim()).Where(word => word.Length > 0 && word != "myContacts"))
        {
            var map = _card["keywords"] as JsonObject ?? [];
            _card["keywords"] ??= map;
            map[word] = true;
        }
    }

    private void AddTypes(JsonObject item, CsvColumn column, bool withFeatures)
    {
        var types = TypesOf(column);
        if (types.Contains("*") || types.Contains("pref"))
        {
            item["pref"] = 1;
        }

        if (TypeWords.ContextsOf(types) is { } contexts)
        {
            item["contexts"] = contexts;
        }

        if (withFeatures && TypeWords.FeaturesOf(types) is { } features)
        {
            item["features"] = features;
        }
    }

    /// <summary>What the column's name says, and what the column beside it does: Google writes "Home Fax", "* Work", "Mobile".</summary>
    private HashSet<string> TypesOf(CsvColumn column)
    {
        var field = column.Field.Split('/')[0];
        var label = _cells.Where(cell => cell.Column.Field == $"{field}/type" && cell.Column.Item == column.Item).SelectMany(cell => cell.Value.ToLowerInvariant().Split(' '));
        return [.. column.Types, .. label.Select(word => word is "mobile" or "mobil" ? "cell" : word)];
    }

    private JsonObject Item(string property, CsvColumn column, string more, string? name = null, string? value = null)
    {
        var key = $"{property} {column.Item} {more}";
        if (!_items.TryGetValue(key, out var item))
        {
            item = [];
            var map = _card[property] as JsonObject ?? [];
            _card[property] ??= map;
            map[(map.Count + 1).ToString(CultureInfo.InvariantCulture)] = _items[key] = item;
        }

        if (name is not null)
        {
            item[name] = value;
        }

        return item;
    }

    private JsonObject Name()
    {
        _card["name"] ??= new JsonObject();
        return (JsonObject)_card["name"]!;
    }

    private IEnumerable<(string Part, string Value)> Texts(string prefix) =>
        _cells.Where(cell => cell.Column.Field.StartsWith(prefix, StringComparison.Ordinal)).Select(cell => (cell.Column.Field[prefix.Length..], cell.Value));

    private static string? DateKind(HashSet<string> types) =>
        types.Contains("anniversary") ? "wedding" : types.Contains("birthday") ? "birth" : null;

    /// <summary>Outlook writes 12/31/1990 in English, and 31.12.1990 in German.</summary>
    private static string IsoDate(string value) =>
        DateTime.TryParseExact(value, ["M/d/yyyy", "d.M.yyyy", "yyyy/M/d"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
            ? date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)
            : value;
}
