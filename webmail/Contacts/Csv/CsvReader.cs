using System.Text;

namespace Webmail.Contacts.Csv;

/// <summary>A record of a CSV file.</summary>
/// <param name="Line">Where it begins, from 1.</param>
/// <param name="Fields">Its fields.</param>
internal sealed record CsvRecord(int Line, IReadOnlyList<string> Fields);

/// <summary>
/// Reads RFC 4180, and what programs make of it: other separators, line feeds alone, quotation marks that never end (such a
/// field then ends with its line, so that it does not swallow the file).
/// </summary>
internal static class CsvReader
{
    private const int FieldsMax = 500;
    private static readonly char[] Separators = [',', ';', '\t'];

    public static IEnumerable<CsvRecord> Read(string text)
    {
        var separator = SeparatorOf(text);
        // Looked for once: each field without an end would look through the rest of the file.
        var lastQuote = text.LastIndexOf('"');
        var line = 1;
        for (var at = 0; at < text.Length;)
        {
            var start = line;
            var fields = new List<string>();
            do
            {
                var field = Field(text, ref at, ref line, separator, lastQuote);
                if (fields.Count < FieldsMax)
                {
                    fields.Add(field);
                }
            }
            while (at < text.Length && text[at] == separator && ++at <= text.Length);

            EndLine(text, ref at, ref line);
            if (fields.Exists(field => field.Length > 0))
            {
                yield return new CsvRecord(start, fields);
            }
        }
    }

    /// <summary>The separator that the first line has most of, outside of quotation marks.</summary>
    private static char SeparatorOf(string text)
    {
        var counts = new int[Separators.Length];
        var inQuotes = false;
        foreach (var character in text)
        {
            if (character is '\r' or '\n' && !inQuotes)
            {
                break;
            }

            inQuotes ^= character == '"';
            var known = Array.IndexOf(Separators, character);
            if (known >= 0 && !inQuotes)
            {
                counts[known]++;
            }
        }

        return Separators[Array.IndexOf(counts, counts.Max())];
    }

    private static string Field(string text, ref int at, ref int line, char separator, int lastQuote)
    {
        if (at < lastQuote && text[at] == '"' && Quoted(text, at, separator) is var (value, end, lines))
        {
            at = end;
            line += lines;
            return value;
        }

        var length = text.AsSpan(at).IndexOfAny(separator, '\r', '\n');
        var field = length < 0 ? text[at..] : text.Substring(at, length);
        at += field.Length;
        return field;
    }

    /// <summary>Null if it has no end before a separator, a line's end or the file's.</summary>
    private static (string Value, int End, int Lines)? Quoted(string text, int start, char separator)
    {
        const int CharactersMax = 64 * 1024;
        var value = new StringBuilder();
        var lines = 0;
        for (var i = start + 1; i < text.Length && value.Length < CharactersMax; i++)
        {
            if (text[i] != '"')
            {
                lines += text[i] == '\n' ? 1 : 0;
                value.Append(text[i]);
            }
            else if (i + 1 < text.Length && text[i + 1] == '"')
            {
                value.Append(text[i++]);
            }
            else
            {
                return i + 1 == text.Length || text[i + 1] == separator || text[i + 1] is '\r' or '\n' ? (value.ToString(), i + 1, lines) : null;
            }
        }

        return null;
    }

    private static void EndLine(string text, ref int at, ref int line)
    {
        if (at < text.Length)
        {
            at += text.AsSpan(at).StartsWith("\r\n") ? 2 : 1;
            line++;
        }
    }
}
