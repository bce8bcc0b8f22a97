using System.Text;

namespace Webmail.Contacts.VCards;

/// <summary>A line of a file after unfolding, each character one byte.</summary>
internal readonly record struct RawLine(int Number, string Bytes);

/// <summary>Takes a file apart into logical lines (RFC 6350 §3.2), before anything is known about charsets: a fold may be within a character.</summary>
internal static class LineReader
{
    private const string QuotedPrintable = "QUOTED-PRINTABLE";

    public static IEnumerable<RawLine> Read(ReadOnlyMemory<byte> file)
    {
        StringBuilder? logical = null;
        var start = 0;
        var number = 0;
        var isSoft = false;
        foreach (var line in Physical(Encoding.Latin1.GetString(file.Span)))
        {
            number++;
            if (logical is not null && isSoft)
            {
                // vCard 2.1: what is quoted-printable goes on after an equals sign, indented or not.
                logical.Length--;
                logical.Append(line);
            }
            else if (logical is not null && line is [' ' or '\t', .. var rest])
            {
                logical.Append(rest);
            }
            else
            {
                if (logical is not null)
                {
                    yield return new RawLine(start, logical.ToString());
                }

                logical = new StringBuilder(line);
                start = number;
            }

            isSoft = line.EndsWith('=') && IsQuotedPrintable(logical);
        }

        if (logical is not null)
        {
            yield return new RawLine(start, logical.ToString());
        }
    }

    private static IEnumerable<string> Physical(string text)
    {
        for (var start = 0; start < text.Length;)
        {
            var end = text.AsSpan(start).IndexOfAny('\r', '\n');
            if (end < 0)
            {
                yield return text[start..];
                yield break;
            }

            yield return text.Substring(start, end);
            start += end + (text.AsSpan(start + end).StartsWith("\r\n") ? 2 : 1);
        }
    }

    private static bool IsQuotedPrintable(StringBuilder logical)
    {
        // Within the name and its parameters, which are short.
        const int HeadMax = 256;
        var head = logical.ToString(0, Math.Min(logical.Length, HeadMax));
        var colon = head.IndexOf(':', StringComparison.Ordinal);
        return colon > 0 && head.AsSpan(0, colon).Contains(QuotedPrintable, StringComparison.OrdinalIgnoreCase);
    }
}
