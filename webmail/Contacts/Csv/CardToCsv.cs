using System.Globalization;
using System.Text.Json.Nodes;
using Webmail.Contacts.Cards;
using Webmail.Contacts.VCards;

namespace Webmail.Contacts.Csv;

/// <summary>A card as cells by column name; what CSV has no column for is not there.</summary>
internal static class CardToCsv
{
    private const int NumberedMax = 10;

    private static readonly string[] First =
    [
        "Name", "Given Name", "Additional Name", "Family Name", "Name Prefix", "Name Suffix", "Nickname", "Birthday", "Anniversary",
        "Organization Name", "Organization Department", "Organization Title",
    ];

    private static readonly (string Column, string Kind)[] NameParts =
        [("Given Name", "given"), ("Additional Name", "given2"), ("Family Name", "surname"), ("Name Prefix", "title"), ("Name Suffix", "credential")];

    private static readonly (string Column, string[] Kinds)[] AddressParts =
    [
        ("Street", ["number", "name", "building", "block"]), ("City", ["locality"]), ("Region", ["region"]), ("Postal Code", ["postcode"]),
        ("Country", ["country"]), ("PO Box", ["postOfficeBox"]), ("Extended Address", ["apartment", "floor", "room"]),
    ];

    /// <summary>Where a column stands: names, what there are several of, the rest; the parts of an address as they are written.</summary>
    public static (int Group, string Item, int Part) Place(string column) =>
        Array.IndexOf(First, column) is var place and >= 0 ? (place, "", 0)
        : column.Split(" - ") is [var item, var part] ? (First.Length, item, Array.FindIndex(AddressParts, one => one.Column == part))
        : (First.Length + 1, column, 0);

    public static Dictionary<string, string> Cells(JsonObject card)
    {
        var cells = new Dictionary<string, string>(StringComparer.Ordinal);
        Put("Name", DisplayName.Of(card));
        var components = card["name"]?["components"] as JsonArray ?? [];
        foreach (var (column, kind) in NameParts)
        {
            Put(column, Components.InOneLine(components, kind));
        }

        Put("Nickname", Texts("nicknames", "name").FirstOrDefault());
        Put("Birthday", Date("birth"));
        Put("Anniversary", Date("wedding"));
        Put("Organization Name", Texts("organizations", "name").FirstOrDefault());
        Put("Organization Department", Check.TextOf(Items("organizations").FirstOrDefault()?["units"]?[0]?["name"]));
        Put("Organization Title", Texts("titles", "name").FirstOrDefault());
        PutNumbered("emails", "address", "E-mail");
        PutNumbered("phones", "number", "Phone");
        PutNumbered("links", "uri", "Website");
        foreach (var (i, address) in Items("addresses").Take(NumberedMax).Index())
        {
            PutAddress($"Address {i + 1}", address);
        }

        Put("Notes", string.Join('\n', Texts("notes", "note")));
        Put("Labels", string.Join(" ::: ", (card["keywords"] as JsonObject ?? []).Select(keyword => keyword.Key)));
        Put("UID", Check.TextOf(card["uid"]));
        return cells;

        void Put(string column, string? value)
        {
            if (value is { Length: > 0 })
            {
                cells[column] = value;
            }
        }

        void PutNumbered(string property, string name, string column)
        {
            foreach (var (i, item) in Items(property).Take(NumberedMax).Index())
            {
                Put(string.Create(CultureInfo.InvariantCulture, $"{column} {i + 1} - Label"), Label(item));
                Put(string.Create(CultureInfo.InvariantCulture, $"{column} {i + 1} - Value"), Check.TextOf(item[name]));
            }
        }

        void PutAddress(string column, JsonObject address)
        {
            Put($"{column} - Label", Label(address));
            Put($"{column} - Formatted", Check.TextOf(address["full"]));
            foreach (var (part, kinds) in AddressParts)
            {
                Put($"{column} - {part}", Components.InOneLine(address["components"] as JsonArray ?? [], kinds));
            }
        }

        string? Date(string kind) => Items("anniversaries").Where(item => Check.TextOf(item["kind"]) == kind)
            .Select(item => Iso(DateValue.Write(item["date"]))).FirstOrDefault();

        IEnumerable<JsonObject> Items(string property) => (card[property] as JsonObject ?? []).Select(pair => pair.Value).OfType<JsonObject>();

        IEnumerable<string> Texts(string property, string name) => Items(property).Select(item => Check.TextOf(item[name])).OfType<string>();
    }

    // 18151210 is a number to a spreadsheet.
    private static string? Iso(string? date) => date is { Length: 8 } && date.All(char.IsAsciiDigit) ? $"{date[..4]}-{date[4..6]}-{date[6..]}" : date;

    private static string Label(JsonObject item) => string.Join(' ', TypeWords.TypesOf(item).Select(type => type switch
    {
        "home" => "Home",
        "work" => "Work",
        "cell" => "Mobile",
        "fax" => "Fax",
        _ => type,
    }));
}
