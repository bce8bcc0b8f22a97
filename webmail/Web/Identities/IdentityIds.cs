using System.Globalization;

namespace Webmail.Web.Identities;

/// <summary>Ids of identities: the letter i and the identity's number; 0 is the one everybody has.</summary>
internal static class IdentityIds
{
    public const long Default = 0;

    public static string Of(long number) => string.Create(CultureInfo.InvariantCulture, $"i{number}");

    // Written as we write it only: "i007" would be a second name of "i7".
    public static bool TryParse(string? id, out long number) =>
        long.TryParse(id is ['i', .. var rest] ? rest : "", NumberStyles.None, CultureInfo.InvariantCulture, out number) && Of(number) == id;
}
