using System.Globalization;
using System.Text.Json.Nodes;
using Webmail.Mail.Headers;
using Webmail.Mail.Messages;

namespace Webmail.Web.Jmap.Methods;

/// <summary>Header fields as JMAP shows them (RFC 8621 §4.1.2, §4.1.3).</summary>
internal static class HeaderJson
{
    public static JsonArray All(HeaderField[] headers) =>
        new([.. headers.Select(header => new JsonObject { ["name"] = header.Name, ["value"] = header.Raw })]);

    public static JsonNode? Value(HeaderField[] headers, HeaderProperty wanted)
    {
        var values = headers.Where(header => string.Equals(header.Name, wanted.Field, StringComparison.OrdinalIgnoreCase)).Select(header => header.Raw);
        return wanted.All
            ? new JsonArray([.. values.Select(raw => Value(raw, wanted.Form))])
            : values.LastOrDefault() is { } last ? Value(last, wanted.Form) : null;
    }

    public static JsonArray Addresses(EmailAddress[] addresses) =>
        new([.. addresses.Select(address => new JsonObject { ["name"] = address.Name, ["email"] = address.Email })]);

    private static JsonNode? Value(string raw, HeaderForm form) => form switch
    {
        HeaderForm.Text => HeaderValue.Text(raw),
        HeaderForm.Addresses => Addresses(HeaderValue.Addresses(raw)),
        HeaderForm.GroupedAddresses => new JsonArray(
            [.. HeaderValue.Grouped(raw).Select(group => new JsonObject { ["name"] = group.Name, ["addresses"] = Addresses(group.Addresses) })]),
        HeaderForm.MessageIds => Texts(HeaderValue.MessageIds(raw)),
        HeaderForm.Date => HeaderValue.Date(raw)?.ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture),
        HeaderForm.Urls => Texts(HeaderValue.Urls(raw)),
        _ => raw,
    };

    private static JsonArray? Texts(string[]? texts) => texts is null ? null : new JsonArray([.. texts.Select(text => (JsonNode)text)]);
}
