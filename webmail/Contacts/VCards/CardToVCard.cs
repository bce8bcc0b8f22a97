using System.Text.Json.Nodes;
using Webmail.Contacts.Cards;

namespace Webmail.Contacts.VCards;

/// <summary>A card as a vCard 4.0 (RFC 9555 §3). What vCard has no property for is written as JSPROP.</summary>
internal static class CardToVCard
{
    private delegate void Mapping(VCardWriter writer, string id, JsonObject item);

    private static readonly HashSet<string> NotItems =
        ["@type", "version", "uid", "kind", "prodId", "language", "created", "updated", "name", "members", "keywords", "relatedTo", "vCardProps", "vCardName", "id", "addressBookIds"];

    private static readonly Dictionary<string, Mapping> Items = new(StringComparer.Ordinal)
    {
        ["nicknames"] = (writer, id, item) => Text(writer, "NICKNAME", id, item, "name"),
        ["organizations"] = Organization,
        ["titles"] = (writer, id, item) => Text(writer, Check.TextOf(item["kind"]) == "role" ? "ROLE" : "TITLE", id, item, "name"),
        ["emails"] = (writer, id, item) => Text(writer, "EMAIL", id, item, "address"),
        ["phones"] = (writer, id, item) => Text(writer, "TEL", id, item, "number"),
        ["onlineServices"] = Service,
        ["preferredLanguages"] = (writer, id, item) => Text(writer, "LANG", id, item, "language"),
        ["addresses"] = Address,
        ["notes"] = (writer, id, item) => Text(writer, "NOTE", id, item, "note"),
        ["links"] = (writer, id, item) => Uri(writer, Check.TextOf(item["kind"]) == "contact" ? "CONTACT-URI" : "URL", id, item),
        ["calendars"] = (writer, id, item) => Uri(writer, Check.TextOf(item["kind"]) == "freeBusy" ? "FBURL" : "CALURI", id, item),
        ["schedulingAddresses"] = (writer, id, item) => Uri(writer, "CALADRURI", id, item),
        ["directories"] = (writer, id, item) => Uri(writer, Check.TextOf(item["kind"]) == "entry" ? "SOURCE" : "ORG-DIRECTORY", id, item),
        ["media"] = (writer, id, item) => Uri(writer, Check.TextOf(item["kind"]) switch { "logo" => "LOGO", "sound" => "SOUND", _ => "PHOTO" }, id, item),
    };

    public static void Write(JsonObject card, VCardWriter writer)
    {
        writer.Line("BEGIN", "VCARD");
        writer.Line("VERSION", "4.0");
        Single(writer, "UID", card["uid"]);
        if (Check.TextOf(card["kind"]) is { } kind)
        {
            writer.Line("KIND", VCardText.Escape(kind));
        }

        Single(writer, "PRODID", card["prodId"]);
        Single(writer, "LANGUAGE", card["language"]);
        Time(writer, "CREATED", card["created"]);
        Time(writer, "REV", card["updated"]);
        Name(writer, card);
        foreach (var (property, value) in card)
        {
            if (NotItems.Contains(property))
            {
                continue;
            }

            WriteItems(writer, property, value);
        }

        foreach (var member in Keys(card["members"]))
        {
            writer.Line("MEMBER", VCardText.Escape(member));
        }

        foreach (var (value, relation) in card["relatedTo"] as JsonObject ?? [])
        {
            writer.Line(null, "RELATED", [("VALUE", value.Contains(':', StringComparison.Ordinal) ? null : "text"), ("TYPE", Joined(Keys(relation?["relation"])))], VCardText.Escape(value));
        }

        if (Keys(card["keywords"]).ToArray() is { Length: > 0 } keywords)
        {
            writer.Line("CATEGORIES", string.Join(',', keywords.Select(VCardText.Escape)));
        }

        KeptLines.Write(writer, card["vCardProps"]);
        writer.Line("END", "VCARD");
    }

    private static void WriteItems(VCardWriter writer, string property, JsonNode? value)
    {
        if (property == "anniversaries" && value is JsonObject anniversaries && anniversaries.All(pair => AnniversaryName(pair.Value) is not null))
        {
            foreach (var (id, item) in anniversaries)
            {
                Line(writer, AnniversaryName(item)!, id, (JsonObject)item!, [], DateValue.Write(item!["date"])!);
            }
        }
        else if (value is JsonObject map && Items.TryGetValue(property, out var write))
        {
            foreach (var (id, item) in map)
            {
                write(writer, id, item as JsonObject ?? []);
            }
        }
        else if (value is not null)
        {
            writer.Line(null, "JSPROP", [("JSPTR", property)], VCardText.Escape(value.ToJsonString()));
        }
    }

    private static void Name(VCardWriter writer, JsonObject card)
    {
        var name = card["name"] as JsonObject ?? [];
        var full = Check.TextOf(name["full"]);
        // A vCard must have one (RFC 6350 §6.2.1).
        writer.Line(null, "FN", [("DERIVED", full is null ? "true" : null)], VCardText.Escape(full ?? DisplayName.Of(card)));
        if (name["components"] is JsonArray components)
        {
            var sortAs = name["sortAs"] as JsonObject ?? [];
            string[] keys = [Check.TextOf(sortAs["surname"]) ?? "", Check.TextOf(sortAs["given"]) ?? ""];
            writer.Line(null, "N", [("SORT-AS", string.Join(',', keys).TrimEnd(',') is { Length: > 0 } sorted ? sorted : null)], Components.WriteName(components));
        }
    }

    private static void Organization(VCardWriter writer, string id, JsonObject item)
    {
        var units = (item["units"] as JsonArray ?? []).Select(unit => Check.TextOf(unit?["name"]) ?? "");
        Line(writer, "ORG", id, item, [], string.Join(';', units.Prepend(Check.TextOf(item["name"]) ?? "").Select(VCardText.Escape)));
    }

    private static void Service(VCardWriter writer, string id, JsonObject item)
    {
        var (uri, user) = (Check.TextOf(item["uri"]), Check.TextOf(item["user"]));
        Line(
            writer, "SOCIALPROFILE", id, item,
            [("SERVICE-TYPE", Check.TextOf(item["service"])), ("USERNAME", uri is null ? null : user), ("VALUE", uri is null ? "text" : null)],
            VCardText.Escape(uri ?? user ?? ""));
    }

    private static void Address(VCardWriter writer, string id, JsonObject item) => Line(
        writer, "ADR", id, item,
        [
            ("LABEL", Check.TextOf(item["full"])), ("CC", Check.TextOf(item["countryCode"])),
            ("GEO", Check.TextOf(item["coordinates"])), ("TZ", Check.TextOf(item["timeZone"])),
        ],
        Components.WriteAddress(item["components"] as JsonArray ?? []));

    private static void Text(VCardWriter writer, string name, string id, JsonObject item, string property) =>
        Line(writer, name, id, item, [], VCardText.Escape(Check.TextOf(item[property]) ?? ""));

    private static void Uri(VCardWriter writer, string name, string id, JsonObject item)
    {
        // Without its content, which is kept elsewhere, a medium says nothing.
        if (Check.TextOf(item["uri"]) is { } uri)
        {
            Line(writer, name, id, item, [("MEDIATYPE", CardMedia.IsData(uri) ? null : Check.TextOf(item["mediaType"]))], uri);
        }
    }

    private static void Line(VCardWriter writer, string name, string id, JsonObject item, IEnumerable<(string, string?)> parameters, string value)
    {
        var label = Check.TextOf(item["label"]);
        // Labels are written as everybody reads them: as a second line of a group.
        var group = label is null ? null : $"{name}-{id}".ToLowerInvariant();
        writer.Line(
            group,
            name,
            [("PROP-ID", id), ("TYPE", Joined(TypeWords.TypesOf(item))), ("PREF", (item["pref"] as JsonValue)?.ToString()), .. parameters, .. KeptLines.Parameters(item["vCardParams"])],
            value);
        if (label is not null)
        {
            writer.Line(group, "X-ABLABEL", [], VCardText.Escape(label));
        }
    }

    private static string? AnniversaryName(JsonNode? item) => DateValue.Write(item?["date"]) is null || item!["place"] is not null ? null : Check.TextOf(item["kind"]) switch
    {
        "birth" => "BDAY",
        "wedding" => "ANNIVERSARY",
        "death" => "DEATHDATE",
        _ => null,
    };

    private static void Single(VCardWriter writer, string name, JsonNode? value)
    {
        if (Check.TextOf(value) is { } text)
        {
            writer.Line(name, VCardText.Escape(text));
        }
    }

    private static void Time(VCardWriter writer, string name, JsonNode? value)
    {
        if (Check.TextOf(value) is { } text && Check.TryUtc(text, out var time))
        {
            writer.Line(name, time.ToString("yyyyMMdd'T'HHmmss'Z'", System.Globalization.CultureInfo.InvariantCulture));
        }
    }

    private static string? Joined(IEnumerable<string> words) => string.Join(',', words) is { Length: > 0 } joined ? joined : null;

    private static IEnumerable<string> Keys(JsonNode? set) => (set as JsonObject ?? []).Select(pair => pair.Key);
}
