using System.Text;

namespace Webmail.Contacts.VCards;

/// <summary>Writes lines as RFC 6350 §3.2 wants them: folded at 75 bytes, never within a character.</summary>
internal sealed class VCardWriter
{
    private const int LineBytesMax = 75;
    private readonly StringBuilder _text = new();

    /// <param name="group">Null for none.</param>
    /// <param name="name">The property.</param>
    /// <param name="parameters">Those without a value are left out.</param>
    /// <param name="value">Escaped already where that is needed.</param>
    public void Line(string? group, string name, IEnumerable<(string Name, string? Value)> parameters, string value)
    {
        var line = new StringBuilder();
        line.Append(group is null ? "" : group + ".").Append(name);
        foreach (var (key, text) in parameters)
        {
            if (text is not null)
            {
                line.Append(';').Append(key).Append('=').Append(Quote(text));
            }
        }

        // A value that holds line breaks would begin another property.
        Fold(line.Append(':').Append(value).Replace("\r\n", "\\n").Replace("\n", "\\n").Replace("\r", "\\n").ToString());
    }

    public void Line(string name, string value) => Line(null, name, [], value);

    public override string ToString() => _text.ToString();

    private void Fold(string line)
    {
        var bytes = 0;
        foreach (var rune in line.EnumerateRunes())
        {
            if (bytes + rune.Utf8SequenceLength > LineBytesMax)
            {
                _text.Append("\r\n ");
                bytes = 1;
            }

            _text.Append(rune.ToString());
            bytes += rune.Utf8SequenceLength;
        }

        _text.Append("\r\n");
    }

    /// <summary>RFC 6868 for what even quotation marks do not protect.</summary>
    private static string Quote(string value)
    {
        var encoded = value.Replace("^", "^^", StringComparison.Ordinal).Replace("\r\n", "^n", StringComparison.Ordinal)
            .Replace("\n", "^n", StringComparison.Ordinal).Replace("\r", "^n", StringComparison.Ordinal).Replace("\"", "^'", StringComparison.Ordinal);
        return encoded.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_' or '.') ? encoded : $"\"{encoded}\"";
    }
}
