namespace Webmail.Mail.Ids;

/// <summary>A part of a message; the empty part is the whole message as it was received.</summary>
public readonly record struct BlobId(EmailId Email, string Part)
{
    private const int PartCharactersMax = 32;

    /// <summary>Which message's part a blob id names; where that lies, the account's index knows.</summary>
    public static bool TryParse(string? text, out long emailKey, out string part)
    {
        (emailKey, part) = (0, "");
        if (text is not ['b', .. var rest])
        {
            return false;
        }

        // The part stands first, its levels joined by hyphens: ids may not hold a dot.
        var end = rest.IndexOf("-e", StringComparison.Ordinal);
        if (end is < 0 or > PartCharactersMax)
        {
            return false;
        }

        part = rest[..end].Replace('-', '.');
        return IsPart(part) && EmailId.TryKey(rest.AsSpan(end + 1), out emailKey);
    }

    public override string ToString() => $"b{Part.Replace('.', '-')}-{Email}";

    private static bool IsPart(string part) =>
        part.Length == 0
        || part.Split('.').All(level => level.Length is > 0 and < 5 && level[0] != '0' && level.All(char.IsAsciiDigit));
}
