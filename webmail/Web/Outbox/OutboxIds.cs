using System.Globalization;

namespace Webmail.Web.Outbox;

/// <summary>Ids of submissions.</summary>
internal static class OutboxIds
{
    private const char Letter = 's';

    public static string Of(long number) => string.Create(CultureInfo.InvariantCulture, $"{Letter}{number}");

    // Written as we write it only: "s007" would be a second name of "s7".
    public static bool TryParse(string? id, out long number) =>
        long.TryParse(id is [Letter, .. var rest] ? rest : "", NumberStyles.None, CultureInfo.InvariantCulture, out number) && Of(number) == id;
}
