namespace Webmail.Mail.Messages;

/// <summary>Language tags (RFC 5646) in their usual case, whichever the sender has used and the mail server kept.</summary>
internal static class LanguageTag
{
    public static string[]? Canonical(string[]? tags) => tags is null ? null : [.. tags.Select(Canonical)];

    /// <summary>§2.1.1: regions in capitals, scripts with one, neither at the beginning nor behind a single letter; all else small.</summary>
    private static string Canonical(string tag)
    {
        var parts = tag.ToLowerInvariant().Split('-');
        for (var part = 1; part < parts.Length && parts[part - 1].Length > 1; part++)
        {
            parts[part] = parts[part].Length switch
            {
                2 => parts[part].ToUpperInvariant(),
                4 when char.IsLetter(parts[part][0]) => char.ToUpperInvariant(parts[part][0]) + parts[part][1..],
                _ => parts[part],
            };
        }

        return string.Join('-', parts);
    }
}
