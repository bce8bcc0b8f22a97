using System.Globalization;
using System.Text;

namespace Webmail.Mail.Sieve.Vacations;

/// <summary>The script that answers (RFC 5230), if need be between two dates (RFC 5260).</summary>
internal static class VacationScript
{
    /// <summary>What the script requires of the server.</summary>
    public static IReadOnlyList<string> Requires(VacationSettings settings) =>
        settings is { FromDate: null, ToDate: null } ? ["vacation"] : ["vacation", "date", "relational"];

    /// <param name="settings">What to answer, and when.</param>
    /// <param name="address">Of the account: messages to it are answered, also where the server knows it by another name.</param>
    public static byte[] Write(VacationSettings settings, string address)
    {
        string[] tests =
        [
            .. settings.FromDate is { } from ? [After(from)] : Array.Empty<string>(),
            .. settings.ToDate is { } to ? [Before(to)] : Array.Empty<string>(),
        ];
        var action = Action(settings, address);
        var body = tests.Length == 0 ? action : $"if allof (\r\n    {string.Join(",\r\n    ", tests)}) {{\r\n{action}}}\r\n";
        return OwnScript.Write(settings, $"require {SieveText.List(Requires(settings))};\r\n\r\n{body}");
    }

    private static string Action(VacationSettings settings, string address)
    {
        var action = new StringBuilder("vacation");
        if (address.Contains('@', StringComparison.Ordinal))
        {
            action.Append(" :addresses ").Append(SieveText.List([address]));
        }

        if (settings.Subject is { Length: > 0 } subject)
        {
            action.Append(" :subject ").Append(SieveText.Quote(subject));
        }

        if (settings.HtmlBody is not null)
        {
            action.Append(" :mime");
        }

        return action.Append(' ').Append(SieveText.Quote(VacationBody.Of(settings))).Append(";\r\n").ToString();
    }

    // Day and time each have one form on every server; the one of both together is written with different zones.
    private static string After(DateTimeOffset from) => Compare(from, "gt", "ge");

    private static string Before(DateTimeOffset to) => Compare(to, "lt", "lt");

    private static string Compare(DateTimeOffset instant, string dayRelation, string timeRelation)
    {
        var day = SieveText.Quote(instant.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        var time = SieveText.Quote(instant.UtcDateTime.ToString("HH:mm:ss", CultureInfo.InvariantCulture));
        return $"anyof (currentdate :zone \"+0000\" :value \"{dayRelation}\" \"date\" {day},\r\n"
            + $"        allof (currentdate :zone \"+0000\" \"date\" {day}, currentdate :zone \"+0000\" :value \"{timeRelation}\" \"time\" {time}))";
    }
}
