using System.Globalization;

namespace Webmail.Mail.Ids;

/// <summary>The spelling of ids made of a key (RFC 8620 §1.2): a letter for the kind, then the key's digits.</summary>
internal static class IdText
{
    public static string Of(char kind, long key) => string.Create(CultureInfo.InvariantCulture, $"{kind}{key}");

    /// <summary>One id per key: other spellings (signs, leading zeros) are not ids we gave out.</summary>
    public static bool TryKey(char kind, ReadOnlySpan<char> text, out long key)
    {
        key = 0;
        return text.Length > 1 && text[0] == kind && text[1] is >= '1' and <= '9'
            && long.TryParse(text[1..], NumberStyles.None, CultureInfo.InvariantCulture, out key);
    }
}
