using System.Security.Cryptography;
using Webmail.Web.Database;

namespace Webmail.Web.Drafts;

/// <summary>Ids of drafts, and the blob ids of their attachments.</summary>
internal static class DraftIds
{
    private const char Letter = 'd';
    private const char BlobLetter = 'h';
    private const int HashCharacters = 64;

    public static string Of(long number) => NumberedId.Of(Letter, number);

    public static bool TryParse(string? id, out long number) => NumberedId.TryParse(Letter, id, out number);

    /// <summary>By content: the same file has the same id.</summary>
    public static string OfBlob(ReadOnlySpan<byte> content) => BlobLetter + Convert.ToHexStringLower(SHA256.HashData(content));

    public static bool IsBlob(string? id) => id is [BlobLetter, .. var hash] && hash.Length == HashCharacters && hash.All(char.IsAsciiHexDigitLower);
}
