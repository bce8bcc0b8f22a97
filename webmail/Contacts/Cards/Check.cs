using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Webmail.Contacts.Cards;

/// <summary>Looks at one value; null if it may be there.</summary>
internal delegate CardProblem? Checker(JsonNode? value, string path);

/// <summary>What the checks of JSContact are made of.</summary>
internal static class Check
{
    private const int PreferenceMax = 100;

    public static Checker Text { get; } = (value, path) => TextOf(value) is null ? new CardProblem(path, "must be a text") : null;

    public static Checker FilledText { get; } =
        (value, path) => TextOf(value) is { Length: > 0 } ? null : new CardProblem(path, "must be a text that is not empty");

    public static Checker Flag { get; } = (value, path) =>
        value?.GetValueKind() is JsonValueKind.True or JsonValueKind.False ? null : new CardProblem(path, "must be true or false");

    public static Checker True { get; } = (value, path) => value?.GetValueKind() is JsonValueKind.True ? null : new CardProblem(path, "must be true");

    public static Checker Preference { get; } = Number(1, PreferenceMax);

    public static Checker UtcDateTime { get; } = (value, path) =>
        TextOf(value) is { } text && TryUtc(text, out _) ? null : new CardProblem(path, "must be a UTC date and time such as 2024-01-31T08:00:00Z");

    public static Checker AnyObject { get; } = (value, path) => value is JsonObject ? null : new CardProblem(path, "must be an object");

    public static Checker Number(int min, int max) => (value, path) =>
        value is JsonValue number && number.GetValueKind() == JsonValueKind.Number && number.TryGetValue<int>(out var whole) && whole >= min && whole <= max
            ? null
            : new CardProblem(path, $"must be a whole number from {min} to {max}");

    public static Checker Is(string only) => (value, path) => TextOf(value) == only ? null : new CardProblem(path, $"must be {only}");

    public static Checker Uid { get; } = (value, path) =>
        TextOf(value) is { Length: > 0 and <= CardLimits.UidCharactersMax }
            ? null
            : new CardProblem(path, $"must be a text of 1 to {CardLimits.UidCharactersMax} characters");

    /// <summary>A set: every key is there with the value true.</summary>
    public static Checker Set(int max = CardLimits.EntriesMax) => Map(True, max, keysAreIds: false);

    /// <summary>Objects under ids (RFC 9553 §1.4.1).</summary>
    public static Checker Ids(Checker item) => Map(item, CardLimits.EntriesMax, keysAreIds: true);

    public static Checker List(Checker item) => (value, path) => value switch
    {
        JsonArray { Count: <= CardLimits.EntriesMax } list => list.Select((one, i) => item(one, $"{path}/{i}")).FirstOrDefault(problem => problem is not null),
        _ => new CardProblem(path, $"must be a list of at most {CardLimits.EntriesMax}"),
    };

    public static Checker Either(Checker first, Checker second) => (value, path) => first(value, path) is { } problem && second(value, path) is not null ? problem : null;

    /// <summary>An object of a type: what is known about its properties; others may be there (RFC 9553 §1.8).</summary>
    /// <param name="type">The value of "@type", which may be left out.</param>
    /// <param name="required">Names of properties that must be there.</param>
    /// <param name="properties">Checks by name.</param>
    public static Checker Object(string type, string[] required, params (string Name, Checker Checker)[] properties)
    {
        var known = properties.Append(("@type", Is(type))).ToDictionary(StringComparer.Ordinal);
        return (value, path) =>
        {
            if (value is not JsonObject fields)
            {
                return new CardProblem(path, "must be an object");
            }

            if (required.FirstOrDefault(name => !fields.ContainsKey(name)) is { } missing)
            {
                return new CardProblem(Join(path, missing), "must be there");
            }

            return fields.Select(field => known.TryGetValue(field.Key, out var check) ? check(field.Value, Join(path, field.Key)) : null)
                .FirstOrDefault(problem => problem is not null);
        };
    }

    public static Checker Map(Checker item, int max, bool keysAreIds) => (value, path) => value switch
    {
        JsonObject fields when fields.Count > max => new CardProblem(path, $"must have at most {max} entries"),
        JsonObject fields when keysAreIds && fields.FirstOrDefault(field => !IsId(field.Key)) is { Key: { } wrong } =>
            new CardProblem(path, $"must have keys of letters, digits, - and _ only, not {wrong}"),
        JsonObject fields => fields.Select(field => item(field.Value, Join(path, field.Key))).FirstOrDefault(problem => problem is not null),
        _ => new CardProblem(path, "must be an object"),
    };

    public static string? TextOf(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    public static bool TryUtc(string text, out DateTimeOffset time)
    {
        time = default;
        return text.EndsWith('Z') && DateTimeOffset.TryParseExact(
            text,
            ["yyyy-MM-dd'T'HH:mm:ss'Z'", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'"],
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
            out time);
    }

    private static string Join(string path, string key) =>
        path.Length == 0 ? key : $"{path}/{key.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)}";

    private static bool IsId(string key) =>
        key.Length is > 0 and <= 255 && key.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_');
}
