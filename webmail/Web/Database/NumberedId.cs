using System.Globalization;

namespace Webmail.Web.Database;

/// <summary>Ids of rows that have a number within their account: a letter for their kind, and the number.</summary>
internal static class NumberedId
{
    public static string Of(char letter, long number) => string.Create(CultureInfo.InvariantCulture, $"{letter}{number}");

    // Written as we write it only: "s007" would be a second name of "s7".
    public static bool TryParse(char letter, string? id, out long number) =>
        long.TryParse(id is [var first, .. var rest] && first == letter ? rest : "", NumberStyles.None, CultureInfo.InvariantCulture, out number)
        && Of(letter, number) == id;
}
