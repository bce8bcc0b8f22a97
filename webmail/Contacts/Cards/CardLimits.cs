namespace Webmail.Contacts.Cards;

/// <summary>What one card may hold, whoever wrote it.</summary>
public static class CardLimits
{
    /// <summary>Of the card as JSON, without the content of its media.</summary>
    public const int CardBytesMax = 64 * 1024;

    public const int DepthMax = 12;
    public const int TextCharactersMax = 16 * 1024;
    public const int UidCharactersMax = 255;
    public const int EntriesMax = 200;
    public const int MembersMax = 1000;

    /// <summary>Of one photo, logo or sound.</summary>
    public const int MediaBytesMax = 1024 * 1024;
}
