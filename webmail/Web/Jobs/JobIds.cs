using System.Globalization;

namespace Webmail.Web.Jobs;

/// <summary>Ids of jobs.</summary>
internal static class JobIds
{
    private const char Letter = 'j';

    public static string Of(long number) => string.Create(CultureInfo.InvariantCulture, $"{Letter}{number}");

    // Written as we write it only: "j007" would be a second name of "j7".
    public static bool TryParse(string? id, out long number) =>
        long.TryParse(id is [Letter, .. var rest] ? rest : "", NumberStyles.None, CultureInfo.InvariantCulture, out number) && Of(number) == id;
}
