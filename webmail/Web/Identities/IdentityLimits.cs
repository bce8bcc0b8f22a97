namespace Webmail.Web.Identities;

/// <summary>What one account may hold: an answer with all identities is journaled whole.</summary>
internal static class IdentityLimits
{
    public const int IdentitiesMax = 20;

    /// <summary>Destroyed identities that /changes still knows.</summary>
    public const int DestroyedMax = 100;

    public const int NameCharactersMax = 200;
    public const int AddressesMax = 20;

    /// <summary>Of each signature.</summary>
    public const int SignatureCharactersMax = 32 * 1024;
}
