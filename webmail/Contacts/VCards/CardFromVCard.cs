using System.Text.Json;
using System.Text.Json.Nodes;
using Webmail.Contacts.Cards;

namespace Webmail.Contacts.VCards;

/// <summary>A vCard as a card (RFC 9555 §2). What has no property there, or no value that fits, is kept in vCardProps.</summary>
internal static class CardFromVCard
{
    /// <summary>Adds one line to the card; false if it does not fit.</summary>
    private delegate bool Mapping(CardBuilder card, VCardLine line);

    private static readonly Dictionary<string, Mapping> Mappings = new(StringComparer.Ordinal)
    {
        ["VERSION"] = (_, _) => true,
        ["FN"] = FullName,
        ["N"] = Name,
        ["NICKNAME"] = (card, line) => AddAll("nicknames", "name", card, line),
        ["ORG"] = Organization,
        ["TITLE"] = (card, line) => AddText("titles", "name", card, line, ("kind", "title")),
        ["ROLE"] = (card, line) => AddText("titles", "name", card, line, ("kind", "role")),
        ["EMAIL"] = (card, line) => AddText("emails", "address", card, line),
        ["TEL"] = Phone,
        ["IMPP"] = Service,
        ["SOCIALPROFILE"] = Service,
        ["X-SOCIALPROFILE"] = Service,
        ["LANG"] = (card, line) => AddText("preferredLanguages", "language", card, line),
        ["ADR"] = Address,
        ["NOTE"] = (card, line) => AddText("notes", "note", card, line),
        ["URL"] = (card, line) => AddText("links", "uri", card, line),
        ["CONTACT-URI"] = (card, line) => AddText("links", "uri", card, line, ("kind", "contact")),
        ["CALURI"] = (card, line) => AddText("calendars", "uri", card, line, ("kind", "calendar")),
        ["FBURL"] = (card, line) => AddText("calendars", "uri", card, line, ("kind", "freeBusy")),
        ["CALADRURI"] = (card, line) => AddText("schedulingAddresses", "uri", card, line),
        ["SOURCE"] = (card, line) => AddText("directories", "uri", card, line, ("kind", "entry")),
        ["PHOTO"] = (card, line) => MediaMapping.Add(card, line, "photo"),
        ["LOGO"] = (card, line) => MediaMapping.Add(card, line, "logo"),
        ["SOUND"] = (card, line) => MediaMapping.Add(card, line, "sound"),
        ["BDAY"] = (card, line) => Anniversary(card, line, "birth"),
        ["ANNIVERSARY"] = (card, line) => Anniversary(card, line, "wedding"),
        ["X-ANNIVERSARY"] = (card, line) => Anniversary(card, line, "wedding"),
        ["DEATHDATE"] = (card, line) => Anniversary(card, line, "death"),
        ["CATEGORIES"] = (card, line) => AddKeys("keywords", card, line),
        ["KIND"] = Kind,
        ["X-ADDRESSBOOKSERVER-KIND"] = Kind,
        ["MEMBER"] = Member,
        ["X-ADDRESSBOOKSERVER-MEMBER"] = Member,
        ["RELATED"] = Related,
        ["UID"] = (card, line) => line.Text.Length <= CardLimits.UidCharactersMax && Single("uid", card, line.Text),
        ["PRODID"] = (card, line) => Single("prodId", card, line.Text),
        ["LANGUAGE"] = (card, line) => Single("language", card, line.Text),
        ["REV"] = (card, line) => Time("updated", card, line),
        ["CREATED"] = (card, line) => Time("created", card, line),
        ["JSPROP"] = JsonProperty,
        ["X-ABLABEL"] = (card, line) => card.IsUsedLabel(line),
    };

    public static JsonObject Map(VCard vcard)
    {
        var card = new CardBuilder(vcard.Lines);
        foreach (var line in vcard.Lines)
        {
            if (!(Mappings.TryGetValue(line.Name, out var map) && map(card, line)))
            {
                card.Keep(line);
            }
        }

        return card.Card;
    }

    private static bool FullName(CardBuilder card, VCardLine line)
    {
        var name = NameOf(card);
        // A name derived from its components says nothing new (RFC 9554 §4.4).
        if (name.ContainsKey("full") || line.Text.Length == 0 || line.Parameter("DERIVED")?.Equals("true", StringComparison.OrdinalIgnoreCase) is true)
        {
            return !name.ContainsKey("full");
        }

        name["full"] = line.Text;
        return true;
    }

    private static bool Name(CardBuilder card, VCardLine line)
    {
        var name = NameOf(card);
        if (name.ContainsKey("components"))
        {
            return false;
        }

        if (Components.Read(line, Components.Name, splitCommas: true) is { } components)
        {
            name["components"] = components;
            var sorted = line.Values("SORT-AS").SelectMany(value => value.Split(',')).Zip(Components.Name.Take(2)).Where(pair => pair.First.Length > 0).ToList();
            if (sorted.Count > 0)
            {
                name["sortAs"] = new JsonObject(sorted.Select(pair => KeyValuePair.Create(pair.Second, (JsonNode?)pair.First)));
            }
        }

        return true;
    }

    private static JsonObject NameOf(CardBuilder card)
    {
        card.Card["name"] ??= new JsonObject();
        return (JsonObject)card.Card["name"]!;
    }

    private static bool Organization(CardBuilder card, VCardLine line)
    {
        string[] names = [.. VCardText.Split(line.Value, ';').Select(part => VCardText.Unescape(part).Trim())];
        var organization = new JsonObject();
        if (names[0].Length > 0)
        {
            organization["name"] = names[0];
        }

        JsonNode[] units = [.. names.Skip(1).Where(unit => unit.Length > 0).Select(unit => new JsonObject { ["name"] = unit })];
        if (units.Length > 0)
        {
            organization["units"] = new JsonArray(units);
        }

        return organization.Count == 0 || card.Add("organizations", line, organization) is not null;
    }

    private static bool Phone(CardBuilder card, VCardLine line)
    {
        var number = line.Text.Trim();
        if (number.Length == 0)
        {
            return true;
        }

        var phone = new JsonObject { ["number"] = number.StartsWith("tel:", StringComparison.OrdinalIgnoreCase) ? number[4..] : number };
        if (TypeWords.FeaturesOf(line.Types) is { } features)
        {
            phone["features"] = features;
        }

        card.Add("phones", line, phone);
        return true;
    }

    private static bool Service(CardBuilder card, VCardLine line)
    {
        var value = line.Text.Trim();
        if (value.Length == 0)
        {
            return true;
        }

        var service = new JsonObject { [line.Parameter("VALUE")?.Equals("text", StringComparison.OrdinalIgnoreCase) is true ? "user" : "uri"] = value };
        // Apple names the service by the type.
        var known = line.Name == "X-SOCIALPROFILE" ? line.Types.FirstOrDefault(type => type is not ("pref" or "home" or "work")) : null;
        if ((line.Parameter("SERVICE-TYPE") ?? known) is { } name)
        {
            service["service"] = name;
        }

        if ((line.Parameter("USERNAME") ?? line.Parameter("X-USER")) is { Length: > 0 } user)
        {
            service["user"] = user;
        }

        card.Add("onlineServices", line, service);
        return true;
    }

    private static bool Address(CardBuilder card, VCardLine line)
    {
        var address = new JsonObject();
        if (Components.Read(line, Components.Address, splitCommas: false) is { } components)
        {
            address["components"] = components;
        }

        foreach (var (parameter, property) in ((string, string)[])[("LABEL", "full"), ("CC", "countryCode"), ("GEO", "coordinates"), ("TZ", "timeZone")])
        {
            if (line.Parameter(parameter) is { Length: > 0 } value)
            {
                address[property] = value;
            }
        }

        return address.Count == 0 || card.Add("addresses", line, address) is not null;
    }

    private static bool Anniversary(CardBuilder card, VCardLine line, string kind)
    {
        var isText = line.Parameter("VALUE")?.Equals("text", StringComparison.OrdinalIgnoreCase) is true;
        if (isText || DateValue.Parse(line.Text, line.Parameter("X-APPLE-OMIT-YEAR")) is not { } date)
        {
            return false;
        }

        card.Add("anniversaries", line, new JsonObject { ["kind"] = kind, ["date"] = date });
        return true;
    }

    private static bool Kind(CardBuilder card, VCardLine line) => Single("kind", card, line.Text.Trim().ToLowerInvariant());

    private static bool Member(CardBuilder card, VCardLine line)
    {
        card.AddKeys("members", line.Text.Length is > 0 and <= CardLimits.UidCharactersMax ? [line.Text] : []);
        return line.Text.Length <= CardLimits.UidCharactersMax;
    }

    private static bool Related(CardBuilder card, VCardLine line)
    {
        if (line.Text.Length is 0 or > CardLimits.UidCharactersMax)
        {
            return false;
        }

        var related = card.Card["relatedTo"] as JsonObject ?? [];
        card.Card["relatedTo"] ??= related;
        related[line.Text] = new JsonObject { ["@type"] = "Relation", ["relation"] = TypeWords.Set(line.Types.Where(type => type != "pref")) ?? [] };
        return true;
    }

    private static bool Time(string property, CardBuilder card, VCardLine line) =>
        DateTimeOffset.TryParseExact(
            line.Text.Trim(), ["yyyyMMdd'T'HHmmss'Z'", "yyyy-MM-dd'T'HH:mm:ss'Z'", "yyyyMMdd'T'HHmmsszz", "yyyy-MM-dd'T'HH:mm:ss.FFF'Z'"],
            System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.AssumeUniversal, out var time)
        && Single(property, card, time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture));

    /// <summary>A property of JSContact that vCard has no form for (RFC 9555 §3.2.1): top-level ones, as we write them.</summary>
    private static bool JsonProperty(CardBuilder card, VCardLine line)
    {
        if (line.Parameter("JSPTR") is not { Length: > 0 } name || name.Contains('/', StringComparison.Ordinal) || card.Card.ContainsKey(name))
        {
            return false;
        }

        try
        {
            var value = JsonNode.Parse(line.Text, documentOptions: new JsonDocumentOptions { MaxDepth = CardLimits.DepthMax, AllowDuplicateProperties = false });
            var alone = new JsonObject { ["uid"] = line.Name, [name] = value };
            if (value is null || CardValidator.Validate(alone) is not null)
            {
                return false;
            }

            alone.Remove(name);
            card.Card[name] = value;
            return true;
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException)
        {
            // InvalidOperation: half a surrogate pair in a name.
            return false;
        }
    }

    private static bool Single(string property, CardBuilder card, string text)
    {
        if (text.Length == 0 || card.Card.ContainsKey(property))
        {
            return text.Length == 0;
        }

        card.Card[property] = text;
        return true;
    }

    private static bool AddText(string property, string name, CardBuilder card, VCardLine line, params (string Name, string Value)[] more)
    {
        if (line.Text.Length > 0)
        {
            var item = card.Add(property, line, new JsonObject { [name] = line.Text });
            foreach (var (key, value) in more)
            {
                item[key] = value;
            }
        }

        return true;
    }

    private static bool AddAll(string property, string name, CardBuilder card, VCardLine line)
    {
        foreach (var text in VCardText.List(line.Value))
        {
            card.Add(property, line, new JsonObject { [name] = text });
        }

        return true;
    }

    private static bool AddKeys(string property, CardBuilder card, VCardLine line)
    {
        card.AddKeys(property, VCardText.List(line.Value));
        return true;
    }
}
