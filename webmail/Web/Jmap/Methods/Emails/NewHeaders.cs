using System.Globalization;
using System.Text.Json.Nodes;
using MimeKit;
using MimeKit.Utils;
using Webmail.Mail.Headers;
using Webmail.Mail.Messages;

namespace Webmail.Web.Jmap.Methods.Emails;

/// <summary>Header fields of a message to be created, by their properties (RFC 8621 §4.1.2, §4.6). Nothing here begins a line of its own.</summary>
internal static class NewHeaders
{
    private const int ItemsMax = 500;
    private const int ReferencesMax = 100;
    private const int CharactersMax = 2000;
    private const int FieldsMax = 100;

    private static readonly FormatOptions Format = FormatOptions.Default;

    /// <summary>Fields with a property of their own, and the form that property has.</summary>
    private static readonly Dictionary<string, (string Property, HeaderForm Form)> Named = new(StringComparer.OrdinalIgnoreCase)
    {
        ["From"] = ("from", HeaderForm.Addresses),
        ["Sender"] = ("sender", HeaderForm.Addresses),
        ["Reply-To"] = ("replyTo", HeaderForm.Addresses),
        ["To"] = ("to", HeaderForm.Addresses),
        ["Cc"] = ("cc", HeaderForm.Addresses),
        ["Bcc"] = ("bcc", HeaderForm.Addresses),
        ["Subject"] = ("subject", HeaderForm.Text),
        ["In-Reply-To"] = ("inReplyTo", HeaderForm.MessageIds),
        ["References"] = ("references", HeaderForm.MessageIds),
        ["Date"] = ("sentAt", HeaderForm.Date),
    };

    // What the message is, how it is encoded and by which way it came, its sender does not say.
    private static readonly HashSet<string> Refused = new(StringComparer.OrdinalIgnoreCase) { "Message-ID", "MIME-Version", "Received", "Return-Path" };

    /// <summary>The other properties, with <c>header:From:asAddresses</c> and the like under their short names; and the fields that have none.</summary>
    public static (JsonObject Fields, IReadOnlyList<KeyValuePair<string, string>> Headers) Read(JsonObject sent)
    {
        var (fields, headers, given) = (new JsonObject(), new List<KeyValuePair<string, string>>(), new HashSet<string>(StringComparer.OrdinalIgnoreCase));
        foreach (var (name, value) in sent)
        {
            if (!HeaderProperty.IsOne(name))
            {
                fields[name] = value?.DeepClone();
                continue;
            }

            var property = HeaderProperty.Parse(name) ?? throw Invalid($"{name} is no header property.", name);
            if (Refused.Contains(property.Field) || property.Field.StartsWith("Content-", StringComparison.OrdinalIgnoreCase) || !given.Add(property.Field))
            {
                throw Invalid($"{property.Field} cannot be set, or is set twice.", name);
            }

            if (!Named.TryGetValue(property.Field, out var named))
            {
                headers.AddRange(Values(property, value).Select(text => KeyValuePair.Create(property.Field, text)));
            }
            else if (property.All || property.Form != named.Form || sent.ContainsKey(named.Property))
            {
                throw Invalid($"Set {named.Property} instead, once.", name);
            }
            else
            {
                fields[named.Property] = value?.DeepClone();
            }
        }

        return headers.Count <= FieldsMax ? (fields, headers) : throw Invalid($"A message has at most {FieldsMax} header fields of other names.");
    }

    public static IReadOnlyList<EmailAddress> Addresses(JsonNode? node, string property) =>
        [.. List(node, property, ItemsMax).Select(item =>
            JmapCall.AsText((item as JsonObject)?["email"]) is { } email && !email.Any(char.IsControl)
            && MailboxAddress.TryParse(email, out var parsed) && parsed.Address.Contains('@', StringComparison.Ordinal)
                ? new EmailAddress(JmapCall.AsText(item!["name"]) is { Length: > 0 } name ? Clean(name) : null, parsed.Address)
                : throw Invalid($"{item?.ToJsonString()} is no address.", property))];

    /// <summary>Without angle brackets.</summary>
    public static IReadOnlyList<string> MessageIds(JsonNode? node, string property) =>
        [.. List(node, property, ReferencesMax).Select(item =>
            JmapCall.AsText(item) is { Length: > 0 and <= CharactersMax } id && id.All(character => character is > ' ' and < '\x7f' and not '<' and not '>')
                ? id
                : throw Invalid($"{property} must be a list of message ids without brackets.", property))];

    /// <summary>One line; what would break it is a blank.</summary>
    public static string Line(JsonNode? node, string property) =>
        JmapCall.AsText(node) is { Length: <= CharactersMax } text ? Clean(text) : throw Invalid($"{property} must be a text of at most {CharactersMax} characters.", property);

    /// <summary>RFC 8620 §1.4 Date.</summary>
    public static DateTimeOffset Date(JsonNode? node, string property) =>
        DateTimeOffset.TryParseExact(
            JmapCall.AsText(node), ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd'T'HH:mm:ssK"], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
        && time.Year > 1
            ? time
            : throw Invalid($"{property} must be a date such as 2026-03-01T12:00:00+01:00.", property);

    // A line break in a header begins another header.
    private static string Clean(string text) => string.Concat(text.Select(character => char.IsControl(character) ? ' ' : character));

    private static IEnumerable<string> Values(HeaderProperty property, JsonNode? value) => property.All
        ? List(value, property.Property, FieldsMax).Select(one => Value(property.Form, one, property.Property))
        : value is null ? [] : [Value(property.Form, value, property.Property)];

    private static string Value(HeaderForm form, JsonNode? value, string property) => form switch
    {
        HeaderForm.Addresses => new InternetAddressList(Addresses(value, property).Select(Mailbox)).ToString(Format, encode: true).ReplaceLineEndings(""),
        HeaderForm.GroupedAddresses => new InternetAddressList(List(value, property, ItemsMax).SelectMany(group => Group(group, property)))
            .ToString(Format, encode: true).ReplaceLineEndings(""),
        HeaderForm.MessageIds => string.Join(' ', MessageIds(value, property).Select(id => $"<{id}>")),
        HeaderForm.Date => DateUtils.FormatDate(Date(value, property)),
        HeaderForm.Urls => string.Join(", ", List(value, property, ItemsMax).Select(item => $"<{Url(item, property)}>")),
        HeaderForm.Text => Line(value, property),
        _ => Raw(value, property),
    };

    private static IEnumerable<InternetAddress> Group(JsonNode? node, string property)
    {
        var members = Addresses((node as JsonObject)?["addresses"], property).Select(Mailbox);
        return node?["name"] is { } name ? [new GroupAddress(Line(name, property), members)] : members;
    }

    private static string Url(JsonNode? node, string property) =>
        JmapCall.AsText(node) is { Length: > 0 and <= CharactersMax } url && url.All(character => character is > ' ' and < '\x7f' and not '<' and not '>')
            ? url
            : throw Invalid($"{property} must be a list of addresses without blanks.", property);

    private static string Raw(JsonNode? node, string property) =>
        JmapCall.AsText(node) is { Length: <= CharactersMax } text && text.All(character => character is (>= ' ' and < '\x7f') or '\t')
            ? text.Trim()
            : throw Invalid($"{property} must be one line of ASCII, of at most {CharactersMax} characters.", property);

    private static InternetAddress Mailbox(EmailAddress address) => new MailboxAddress(address.Name, address.Email);

    private static JsonArray List(JsonNode? node, string property, int max) => node switch
    {
        null => [],
        JsonArray list when list.Count <= max => list,
        _ => throw Invalid($"{property} must be a list of at most {max} items.", property),
    };

    private static SetException Invalid(string description, params string[] properties) => new("invalidProperties", description, properties);
}
