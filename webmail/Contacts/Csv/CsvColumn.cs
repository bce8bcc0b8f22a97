using System.Text.RegularExpressions;

namespace Webmail.Contacts.Csv;

/// <summary>What a column means.</summary>
/// <param name="Field">The property it is about, such as "email"; for names, addresses and organisations the part.</param>
/// <param name="Item">Which of several: columns of one item have the same.</param>
/// <param name="Types">Contexts and features as words of vCard's TYPE.</param>
internal sealed record CsvColumn(string Field, string Item = "", params string[] Types);

/// <summary>The columns of exports from Google, Outlook and Thunderbird, by their names in English.</summary>
internal static partial class CsvColumns
{
    private static readonly Dictionary<string, CsvColumn> Known = new(StringComparer.OrdinalIgnoreCase)
    {
        ["Name"] = new("full"), ["Display Name"] = new("full"), ["Full Name"] = new("full"), ["File As"] = new("full"),
        ["First Name"] = new("name/given"), ["Given Name"] = new("name/given"), ["Middle Name"] = new("name/given2"), ["Additional Name"] = new("name/given2"),
        ["Last Name"] = new("name/surname"), ["Family Name"] = new("name/surname"), ["Title"] = new("name/title"), ["Name Prefix"] = new("name/title"),
        ["Suffix"] = new("name/credential"), ["Name Suffix"] = new("name/credential"), ["Nickname"] = new("nickname"), ["Screen Name"] = new("nickname"),
        ["E-mail Address"] = new("email"), ["E-mail 2 Address"] = new("email", "2"), ["E-mail 3 Address"] = new("email", "3"), ["Email"] = new("email"),
        ["Email Address"] = new("email"), ["Primary Email"] = new("email"), ["Secondary Email"] = new("email", "2"),
        ["Mobile Phone"] = new("phone", "mobile", "cell"), ["Mobile Number"] = new("phone", "mobile", "cell"), ["Phone"] = new("phone"),
        ["Home Phone"] = new("phone", "home", "home"), ["Home Phone 2"] = new("phone", "home2", "home"), ["Home Fax"] = new("phone", "homefax", "home", "fax"),
        ["Business Phone"] = new("phone", "work", "work"), ["Business Phone 2"] = new("phone", "work2", "work"), ["Work Phone"] = new("phone", "work", "work"),
        ["Business Fax"] = new("phone", "workfax", "work", "fax"), ["Fax Number"] = new("phone", "fax", "fax"), ["Other Fax"] = new("phone", "otherfax", "fax"),
        ["Primary Phone"] = new("phone", "primary", "main-number"), ["Other Phone"] = new("phone", "other"), ["Car Phone"] = new("phone", "car"),
        ["Company Main Phone"] = new("phone", "company", "work", "main-number"), ["Pager"] = new("phone", "pager", "pager"), ["Pager Number"] = new("phone", "pager", "pager"),
        ["Company"] = new("organization/name"), ["Organization"] = new("organization/name"), ["Organization Name"] = new("organization/name"),
        ["Department"] = new("organization/unit"), ["Organization Department"] = new("organization/unit"),
        ["Job Title"] = new("title"), ["Organization Title"] = new("title"),
        ["Birthday"] = new("date/birth"), ["Anniversary"] = new("date/wedding"),
        ["Birth Year"] = new("birth/year"), ["Birth Month"] = new("birth/month"), ["Birth Day"] = new("birth/day"),
        ["Web Page"] = new("link"), ["Web Page 1"] = new("link"), ["Web Page 2"] = new("link", "2"), ["Personal Web Page"] = new("link", "3"),
        ["Notes"] = new("note"), ["Custom 1"] = new("note", "1"), ["Custom 2"] = new("note", "2"), ["Custom 3"] = new("note", "3"), ["Custom 4"] = new("note", "4"),
        ["Categories"] = new("keywords", ";"), ["Labels"] = new("keywords", ":::"), ["Group Membership"] = new("keywords", ":::"), ["UID"] = new("uid"),
    };

    private static readonly Dictionary<string, string> AddressParts = new(StringComparer.OrdinalIgnoreCase)
    {
        ["Street"] = "name", ["Street 2"] = "name", ["Street 3"] = "name", ["Address"] = "name", ["Address 2"] = "name", ["City"] = "locality",
        ["State"] = "region", ["Region"] = "region", ["Postal Code"] = "postcode", ["ZipCode"] = "postcode", ["Country"] = "country",
        ["Country/Region"] = "country", ["PO Box"] = "postOfficeBox", ["Extended Address"] = "apartment", ["Formatted"] = "full",
    };

    private static readonly Dictionary<string, string> Numbered = new(StringComparer.OrdinalIgnoreCase)
    {
        ["E-mail"] = "email", ["Phone"] = "phone", ["Website"] = "link", ["Event"] = "event", ["Organization"] = "organization",
    };

    /// <summary>Null if nobody knows what it means.</summary>
    public static CsvColumn? Find(string header)
    {
        header = header.Trim();
        if (Known.TryGetValue(header, out var known))
        {
            return known;
        }

        if (NumberedAddress().Match(header) is { Success: true } google)
        {
            return AddressColumn(google.Groups["part"].Value, google.Groups["item"].Value);
        }

        if (NumberedItem().Match(header) is { Success: true } item)
        {
            return NumberedColumn(Numbered[item.Groups["kind"].Value], item.Groups["item"].Value, item.Groups["part"].Value.ToLowerInvariant());
        }

        return PlaceAddress().Match(header) is not { Success: true } place ? null : place.Groups["place"].Value.ToLowerInvariant() switch
        {
            "home" => AddressColumn(place.Groups["part"].Value, "home", "home"),
            "other" => AddressColumn(place.Groups["part"].Value, "other"),
            _ => AddressColumn(place.Groups["part"].Value, "work", "work"),
        };
    }

    private static CsvColumn? AddressColumn(string part, string item, params string[] types) =>
        AddressParts.TryGetValue(part, out var kind) ? new CsvColumn($"address/{kind}", item, types)
        : part.ToLowerInvariant() is "type" or "label" ? new CsvColumn("address/type", item)
        : null;

    private static CsvColumn? NumberedColumn(string field, string item, string part) => (field, part) switch
    {
        ("organization", "name") => new CsvColumn("organization/name", item),
        ("organization", "department") => new CsvColumn("organization/unit", item),
        ("organization", "title") => new CsvColumn("title", item),
        ("organization", _) => null,
        (_, "value") => new CsvColumn(field, item),
        (_, "type" or "label") => new CsvColumn($"{field}/type", item),
        _ => null,
    };

    [GeneratedRegex(@"^Address (?<item>\d{1,2}) - (?<part>.+)$", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex NumberedAddress();

    [GeneratedRegex(@"^(?<kind>E-mail|Phone|Website|Event|Organization) (?<item>\d{1,2}) - (?<part>\w+)$", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex NumberedItem();

    [GeneratedRegex(@"^(?<place>Home|Business|Work|Other) (?<part>.+)$", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex PlaceAddress();
}
