using System.Text;

namespace Webmail.Web.Jmap.Methods.Emails;

/// <summary>A text with the words that were searched in marks, everything else escaped: safe to show as HTML (RFC 8621 §5).</summary>
internal static class SnippetText
{
    private const string Open = "<mark>";
    private const string Close = "</mark>";
    private const int CharactersBefore = 60;

    /// <summary>Null if no word is in it.</summary>
    /// <param name="text">Plain text.</param>
    /// <param name="words">Found in any case.</param>
    /// <param name="bytesMax">Of the result in UTF-8, marks and all; more is cut.</param>
    /// <param name="fromMatch">Begin shortly before the first word, not at the beginning.</param>
    public static string? Mark(string text, IReadOnlyCollection<string> words, int bytesMax, bool fromMatch)
    {
        var marked = new bool[text.Length];
        var first = text.Length;
        foreach (var word in words)
        {
            for (var at = text.IndexOf(word, StringComparison.OrdinalIgnoreCase); at >= 0; at = text.IndexOf(word, at + word.Length, StringComparison.OrdinalIgnoreCase))
            {
                marked.AsSpan(at, word.Length).Fill(true);
                first = Math.Min(first, at);
            }
        }

        return first == text.Length ? null : Write(text, marked, fromMatch ? Start(text, first) : 0, bytesMax);
    }

    private static string Write(string text, bool[] marked, int start, int bytesMax)
    {
        var html = new StringBuilder();
        var (bytes, isOpen) = (0, false);
        foreach (var rune in text.AsSpan(start).EnumerateRunes())
        {
            var token = (marked[start], isOpen) switch
            {
                (true, false) => Open,
                (false, true) => Close,
                _ => "",
            } + Escaped(rune);
            // Room is kept for the end of a mark that is open then.
            var size = Encoding.UTF8.GetByteCount(token);
            if (bytes + size + (marked[start] ? Close.Length : 0) > bytesMax)
            {
                break;
            }

            html.Append(token);
            (bytes, isOpen, start) = (bytes + size, marked[start], start + rune.Utf16SequenceLength);
        }

        return html.Append(isOpen ? Close : "").ToString();
    }

    /// <summary>At the beginning of a word, so far before the match that it is seen in its sentence.</summary>
    private static int Start(string text, int match)
    {
        var from = Math.Max(0, match - CharactersBefore);
        return from == 0 ? 0 : text.IndexOf(' ', from, match - from) is >= 0 and var blank ? blank + 1 : match;
    }

    private static string Escaped(Rune rune) => rune.Value switch
    {
        '&' => "&amp;",
        '<' => "&lt;",
        '>' => "&gt;",
        '"' => "&quot;",
        '\'' => "&#39;",
        < ' ' or 0x7f => " ",
        _ => rune.ToString(),
    };
}
