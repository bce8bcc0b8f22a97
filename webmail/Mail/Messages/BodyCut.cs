using System.Text;

namespace Webmail.Mail.Messages;

/// <summary>Cuts a text at a number of bytes: between characters, and in HTML not within a tag (RFC 8621 §4.2 maxBodyValueBytes).</summary>
public static class BodyCut
{
    /// <param name="text">The text.</param>
    /// <param name="isHtml">Whether it has tags.</param>
    /// <param name="bytesMax">In UTF-8.</param>
    public static string Cut(string text, bool isHtml, int bytesMax)
    {
        ArgumentNullException.ThrowIfNull(text);
        var (bytes, end) = (0, 0);
        foreach (var rune in text.EnumerateRunes())
        {
            bytes += rune.Utf8SequenceLength;
            if (bytes > bytesMax)
            {
                return text[..(isHtml ? BeforeTag(text, end) : end)];
            }

            end += rune.Utf16SequenceLength;
        }

        return text;
    }

    /// <summary>Where the tag begins that ends behind <paramref name="end"/>.</summary>
    private static int BeforeTag(string html, int end)
    {
        for (var index = html.IndexOf('<', StringComparison.Ordinal); index >= 0 && index < end; index = html.IndexOf('<', index + 1))
        {
            if (index + 1 < html.Length && (char.IsAsciiLetter(html[index + 1]) || html[index + 1] is '/' or '!' or '?'))
            {
                var close = EndOfTag(html, index);
                if (close > end)
                {
                    return index;
                }

                index = close - 1;
            }
        }

        return end;
    }

    private static int EndOfTag(string html, int start)
    {
        if (string.CompareOrdinal(html, start, "<!--", 0, 4) == 0)
        {
            return html.IndexOf("-->", start + 4, StringComparison.Ordinal) is >= 0 and var comment ? comment + 3 : int.MaxValue;
        }

        for (var (index, quote) = (start, '\0'); index < html.Length; index++)
        {
            quote = (quote, html[index]) switch
            {
                ('\0', '"' or '\'') => html[index],
                (not '\0', var same) when same == quote => '\0',
                _ => quote,
            };
            if (quote == '\0' && html[index] == '>')
            {
                return index + 1;
            }
        }

        return int.MaxValue;
    }
}
