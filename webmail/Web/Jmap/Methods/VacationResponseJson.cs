using System.Globalization;
using System.Text.Json.Nodes;
using Webmail.Mail.Sieve.Vacations;

namespace Webmail.Web.Jmap.Methods;

/// <summary>The vacation response as JMAP shows it (RFC 8621 §8), and patches of it.</summary>
internal static class VacationResponseJson
{
    public const string Id = "singleton";

    private const int SubjectCharactersMax = 500;
    private const int BodyCharactersMax = 64 * 1024;

    private static readonly string[] Forms = ["yyyy-MM-dd'T'HH:mm:ss'Z'", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'"];

    public static JsonObject Describe(VacationResponse response) => new()
    {
        ["id"] = Id,
        ["isEnabled"] = response.IsEnabled,
        ["fromDate"] = Utc(response.Settings.FromDate),
        ["toDate"] = Utc(response.Settings.ToDate),
        ["subject"] = response.Settings.Subject,
        ["textBody"] = response.Settings.TextBody,
        ["htmlBody"] = response.Settings.HtmlBody,
    };

    public static string State(VacationResponse response) => StateText.Of([Describe(response).ToJsonString()]);

    public static VacationResponse Patch(VacationResponse response, JsonNode? node)
    {
        foreach (var (property, value) in node as JsonObject ?? throw new SetException("invalidPatch", "A patch is an object."))
        {
            var settings = response.Settings;
            response = property switch
            {
                "id" when JmapCall.AsText(value) == Id => response,
                "isEnabled" => response with { IsEnabled = Flag(value, property) },
                "fromDate" => response with { Settings = settings with { FromDate = Date(value, property) } },
                "toDate" => response with { Settings = settings with { ToDate = Date(value, property) } },
                // A line break in a header begins another header.
                "subject" => response with { Settings = settings with { Subject = Line(Text(value, property, SubjectCharactersMax)) } },
                "textBody" => response with { Settings = settings with { TextBody = Text(value, property, BodyCharactersMax) } },
                "htmlBody" => response with { Settings = settings with { HtmlBody = Text(value, property, BodyCharactersMax) } },
                _ => throw Invalid($"{property} of the vacation response cannot be set.", property),
            };
        }

        return response.Settings is { FromDate: { } from, ToDate: { } to } && to <= from
            ? throw Invalid("The vacation response ends before it begins.", "toDate")
            : response;
    }

    private static string? Utc(DateTimeOffset? time) => time?.UtcDateTime.ToString(Forms[0], CultureInfo.InvariantCulture);

    private static bool Flag(JsonNode? value, string property) =>
        value is JsonValue flag && flag.TryGetValue<bool>(out var on) ? on : throw Invalid($"{property} must be true or false.", property);

    private static DateTimeOffset? Date(JsonNode? value, string property) =>
        value is null ? null
        : DateTimeOffset.TryParseExact(
            JmapCall.AsText(value), Forms, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var date)
            ? new DateTimeOffset(date.Ticks - (date.Ticks % TimeSpan.TicksPerSecond), TimeSpan.Zero)
            : throw Invalid($"{property} must be a UTC date such as 2026-12-24T12:00:00Z, or null.", property);

    private static string? Text(JsonNode? value, string property, int charactersMax) =>
        value is null ? null
        : JmapCall.AsText(value) is { } text && text.Length <= charactersMax
            ? text
            : throw Invalid($"{property} must be a text of at most {charactersMax} characters, or null.", property);

    private static string? Line(string? text) =>
        text is null ? null : string.Concat(text.Select(character => char.IsControl(character) ? ' ' : character));

    private static SetException Invalid(string description, string property) => new("invalidProperties", description, property);
}
