using System.Globalization;
using System.Text;
using Webmail.Contacts.Cards;

namespace Webmail.Contacts.VCards;

/// <summary>Reads one logical line: group, name, parameters, value (RFC 6350 §3.3, and the short forms of vCard 2.1).</summary>
internal static class LineParser
{
    private const int ParametersMax = 50;

    /// <summary>Null if it is no property; files in the wild hold such lines.</summary>
    public static VCardLine? Parse(RawLine raw)
    {
        var (head, value) = Halves(raw.Bytes);
        if (value is null)
        {
            return null;
        }

        var parts = SplitOutsideQuotes(head, ';');
        var dot = parts[0].IndexOf('.', StringComparison.Ordinal);
        var name = parts[0][(dot + 1)..].Trim().ToUpperInvariant();
        if (name.Length == 0 || !name.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_') || parts.Count > ParametersMax)
        {
            return null;
        }

        var parameters = parts.Skip(1).Where(part => part.Length > 0).Select(Parameter).ToList();
        var charset = parameters.Find(parameter => parameter.Name == "CHARSET")?.Values[0];
        var isQuoted = parameters.Any(parameter => parameter.Name == "ENCODING" && parameter.Values[0].Equals("QUOTED-PRINTABLE", StringComparison.OrdinalIgnoreCase));
        var bytes = isQuoted ? QuotedPrintable(value) : Encoding.Latin1.GetBytes(value);
        var text = TextFile.Decode(bytes, charset);
        return new VCardLine(
            raw.Number,
            dot > 0 ? parts[0][..dot].Trim() : null,
            name,
            [.. parameters.Where(parameter => parameter.Name != "CHARSET" && !(parameter.Name == "ENCODING" && (isQuoted || IsNone(parameter.Values[0]))))],
            // Line breaks that were encoded are escaped from here on.
            isQuoted ? text.Replace("\r\n", "\\n", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal).Replace("\r", "\\n", StringComparison.Ordinal) : text);
    }

    private static (string Head, string? Value) Halves(string line)
    {
        var inQuotes = false;
        for (var i = 0; i < line.Length; i++)
        {
            if (line[i] == '"')
            {
                inQuotes = !inQuotes;
            }
            else if (line[i] == ':' && !inQuotes)
            {
                return (line[..i], line[(i + 1)..]);
            }
        }

        // A quotation mark without its like: the first colon it is.
        var colon = line.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? (line, null) : (line[..colon], line[(colon + 1)..]);
    }

    private static VCardParameter Parameter(string part)
    {
        var equals = part.IndexOf('=', StringComparison.Ordinal);
        if (equals < 0)
        {
            var word = part.Trim().ToUpperInvariant();
            return new VCardParameter(word is "BASE64" or "B" or "QUOTED-PRINTABLE" || IsNone(word) ? "ENCODING" : "TYPE", [word]);
        }

        return new VCardParameter(
            part[..equals].Trim().ToUpperInvariant(),
            [.. SplitOutsideQuotes(part[(equals + 1)..], ',').Select(value => Decode(value.Trim().Trim('"')))]);
    }

    /// <summary>RFC 6868: what a parameter cannot hold as it is.</summary>
    private static string Decode(string value)
    {
        var text = TextFile.Decode(Encoding.Latin1.GetBytes(value));
        if (!text.Contains('^', StringComparison.Ordinal))
        {
            return text;
        }

        var decoded = new StringBuilder();
        for (var i = 0; i < text.Length; i++)
        {
            decoded.Append(text[i] != '^' || i + 1 == text.Length ? text[i] : text[++i] switch
            {
                'n' => '\n',
                '\'' => '"',
                '^' => '^',
                _ => text[--i],
            });
        }

        return decoded.ToString();
    }

    private static List<string> SplitOutsideQuotes(string text, char separator)
    {
        var parts = new List<string>();
        var (start, inQuotes) = (0, false);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '"')
            {
                inQuotes = !inQuotes;
            }
            else if (text[i] == separator && !inQuotes)
            {
                parts.Add(text[start..i]);
                start = i + 1;
            }
        }

        parts.Add(text[start..]);
        return parts;
    }

    /// <summary>RFC 2045 §6.7, leaving as they are what are no codes.</summary>
    private static byte[] QuotedPrintable(string value)
    {
        var bytes = new List<byte>(value.Length);
        for (var i = 0; i < value.Length; i++)
        {
            if (value[i] == '=' && i + 2 < value.Length
                && byte.TryParse(value.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var coded))
            {
                bytes.Add(coded);
                i += 2;
            }
            else
            {
                bytes.Add((byte)value[i]);
            }
        }

        return [.. bytes];
    }

    private static bool IsNone(string encoding) => encoding.ToUpperInvariant() is "8BIT" or "7BIT";
}
