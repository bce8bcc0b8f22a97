namespace Webmail.Mail.Html;

/// <summary>
/// What may stay of a style attribute. Cut at every semicolon, also within what CSS takes for a string, so that each declaration a
/// browser can find begins where one was looked at. Nothing is parsed: a parser of CSS can be sent down its stack until the process dies.
/// </summary>
internal static class StyleText
{
    private const int CharactersMax = 16 * 1024;
    private const int DeclarationsMax = 100;

    /// <summary>Null if nothing may stay.</summary>
    public static string? Clean(string style)
    {
        if (style.Length > CharactersMax)
        {
            return null;
        }

        var kept = style.Split(';').Take(DeclarationsMax).Select(Declaration).OfType<string>().ToList();
        return kept.Count > 0 ? string.Join("; ", kept) : null;
    }

    private static string? Declaration(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var name = colon > 0 ? text[..colon].Trim().ToLowerInvariant() : "";
        var value = text[(colon + 1)..].Trim();
        return value.Length > 0 && HtmlRules.CssProperties.Contains(name) && !value.Any(char.IsControl) && !HtmlRules.ForbiddenCssValue.IsMatch(value)
            && value.Count(character => character == '"') % 2 == 0 && value.Count(character => character == '\'') % 2 == 0
            ? $"{name}: {value}"
            : null;
    }
}
