using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Webmail.Contacts.Cards;

namespace Webmail.Contacts.VCards;

/// <summary>Dates that may lack a year or a day (RFC 6350 §4.3.1, RFC 9553 §2.8.1).</summary>
internal static partial class DateValue
{
    /// <summary>A PartialDate or Timestamp; null if the text is no date.</summary>
    /// <param name="text">Such as 1815-12-10, 18151210, --1210, 1815-12, 1815, or with a time behind.</param>
    /// <param name="yearOmitted">What a program writes for "no year"; null if it does not.</param>
    public static JsonObject? Parse(string text, string? yearOmitted = null)
    {
        text = text.Trim();
        if (Check.TryUtc(text, out _))
        {
            return new JsonObject { ["@type"] = "Timestamp", ["utc"] = text };
        }

        if (PartialDate().Match(text) is not { Success: true } match)
        {
            return null;
        }

        var date = new JsonObject { ["@type"] = "PartialDate" };
        var (year, month, day) = (Number("year"), Number("month"), Number("day"));
        if (year is not null && match.Groups["year"].Value != yearOmitted)
        {
            date["year"] = year;
        }

        if (month is not null)
        {
            date["month"] = month;
        }

        if (day is not null)
        {
            date["day"] = day;
        }

        return month is 0 or > 12 || day is 0 or > 31 || date.Count == 1 ? null : date;

        int? Number(string group) => match.Groups[group] is { Success: true, Value: var digits } ? int.Parse(digits, CultureInfo.InvariantCulture) : null;
    }

    /// <summary>Null if vCard has no form for it.</summary>
    public static string? Write(JsonNode? date)
    {
        if (date is not JsonObject fields || fields["calendarScale"] is not null)
        {
            return null;
        }

        if (Check.TextOf(fields["utc"]) is { } utc && Check.TryUtc(utc, out var time))
        {
            return time.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        }

        return (Number("year"), Number("month"), Number("day")) switch
        {
            ({ } year, { } month, { } day) => $"{year:0000}{month:00}{day:00}",
            ({ } year, { } month, null) => $"{year:0000}-{month:00}",
            ({ } year, null, null) => $"{year:0000}",
            (null, { } month, { } day) => $"--{month:00}{day:00}",
            (null, { } month, null) => $"--{month:00}",
            (null, null, { } day) => $"---{day:00}",
            _ => null,
        };

        int? Number(string name) => fields[name] is JsonValue value && value.TryGetValue<int>(out var number) ? number : null;
    }

    [GeneratedRegex(@"^(?:(?<year>\d{4})(?:-(?<month>\d{2})|(?:-?(?<month>\d{2})-?(?<day>\d{2})))?|--(?<month>\d{2})(?:-?(?<day>\d{2}))?|---(?<day>\d{2}))(?:[T ].*)?$", RegexOptions.ExplicitCapture)]
    private static partial Regex PartialDate();
}
