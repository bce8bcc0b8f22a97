namespace Webmail.Web.Contacts;

/// <summary>What one account may hold.</summary>
internal static class ContactLimits
{
    public const int CardsMax = 20_000;
    public const int AddressBooksMax = 100;
    public const int AddressBooksPerCardMax = 20;

    /// <summary>Of all photos, logos and sounds of an account together.</summary>
    public const long MediaBytesMax = 64L * 1024 * 1024;

    /// <summary>Of the cards of one answer: they are journaled whole.</summary>
    public const int CardBytesInGetMax = 4 * 1024 * 1024;

    /// <summary>How long /changes can go back.</summary>
    public static readonly TimeSpan ChangesLifetime = TimeSpan.FromDays(30);
}
