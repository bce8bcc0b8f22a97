using Webmail.Web.Database;

namespace Webmail.Web.Identities;

/// <summary>Ids of identities: the letter i and the identity's number; 0 is the one everybody has.</summary>
internal static class IdentityIds
{
    public const long Default = 0;

    public static string Of(long number) => NumberedId.Of('i', number);

    public static bool TryParse(string? id, out long number) => NumberedId.TryParse('i', id, out number);
}
