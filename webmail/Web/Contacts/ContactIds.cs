using System.Globalization;

namespace Webmail.Web.Contacts;

/// <summary>Ids of address books, cards and media: a letter that tells the kind, and what the account calls it.</summary>
internal static class ContactIds
{
    private const char Media = 'p';
    private const int HashCharacters = 64;

    public static char Letter(ContactType type) => type == ContactType.AddressBook ? 'k' : 'c';

    public static string Of(ContactType type, long number) => string.Create(CultureInfo.InvariantCulture, $"{Letter(type)}{number}");

    public static string OfBook(long number) => Of(ContactType.AddressBook, number);

    public static string OfCard(long number) => Of(ContactType.Card, number);

    public static string OfMedia(string hash) => Media + hash;

    public static bool TryParseBook(string? id, out long number) => TryParse(ContactType.AddressBook, id, out number);

    public static bool TryParseCard(string? id, out long number) => TryParse(ContactType.Card, id, out number);

    public static bool TryParseMedia(string? id, out string hash)
    {
        hash = id is [Media, .. var rest] && rest.Length == HashCharacters && rest.All(char.IsAsciiHexDigitLower) ? rest : "";
        return hash.Length > 0;
    }

    // Written as we write it only: "c007" would be a second name of "c7".
    private static bool TryParse(ContactType type, string? id, out long number) =>
        long.TryParse(id is [var letter, .. var rest] && letter == Letter(type) ? rest : "", NumberStyles.None, CultureInfo.InvariantCulture, out number)
        && Of(type, number) == id;
}
