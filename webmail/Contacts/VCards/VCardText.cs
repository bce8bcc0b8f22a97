using System.Text;

namespace Webmail.Contacts.VCards;

/// <summary>Escapes in values (RFC 6350 §3.4).</summary>
internal static class VCardText
{
    public static string Unescape(string value)
    {
        if (!value.Contains('\\', StringComparison.Ordinal))
        {
            return value;
        }

        var text = new StringBuilder(value.Length);
        for (var i = 0; i < value.Length; i++)
        {
            text.Append(value[i] != '\\' || i + 1 == value.Length ? value[i] : value[++i] switch
            {
                'n' or 'N' => '\n',
                ',' or ';' or ':' or '\\' => value[i],
                // Older programs do not escape backslashes at all.
                _ => value[--i],
            });
        }

        return text.ToString();
    }

    public static string Escape(string text) => text
        .Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace("\r\n", "\\n", StringComparison.Ordinal)
        .Replace("\n", "\\n", StringComparison.Ordinal)
        .Replace("\r", "\\n", StringComparison.Ordinal)
        .Replace(",", "\\,", StringComparison.Ordinal)
        .Replace(";", "\\;", StringComparison.Ordinal);

    /// <summary>The parts between separators that are not escaped, still escaped themselves.</summary>
    public static IReadOnlyList<string> Split(string value, char separator)
    {
        var parts = new List<string>();
        var start = 0;
        for (var i = 0; i < value.Length; i++)
        {
            if (value[i] == '\\')
            {
                i++;
            }
            else if (value[i] == separator)
            {
                parts.Add(value[start..i]);
                start = i + 1;
            }
        }

        parts.Add(value[start..]);
        return parts;
    }

    /// <summary>The texts of a list, without empty ones.</summary>
    public static IEnumerable<string> List(string value) =>
        Split(value, ',').Select(part => Unescape(part).Trim()).Where(part => part.Length > 0);
}
