using System.Text;

namespace Webmail.Mail.Messages;

/// <summary>A file as it was written into a text (uuencode).</summary>
/// <param name="Name">What its sender calls it, without folders.</param>
/// <param name="Content">Decoded.</param>
public sealed record UuencodedFile(string Name, byte[] Content);

/// <summary>
/// Tells the files in a plain text from the text. A file is what decodes from its first line to its last and nothing less: whoever writes
/// about such files keeps what was written. No line but the first can look like a first one, so that each is read once.
/// </summary>
public static class UuencodedText
{
    public const int FilesMax = 50;

    private const int NameCharactersMax = 200;

    /// <param name="content">The text's bytes in any charset that holds ASCII.</param>
    /// <returns>The text without its files, and these in their order; further ones stay in the text.</returns>
    public static (ReadOnlyMemory<byte> Text, IReadOnlyList<UuencodedFile> Files) Split(ReadOnlyMemory<byte> content)
    {
        var files = new List<UuencodedFile>();
        var text = new MemoryStream();
        for (var start = 0; start < content.Length;)
        {
            var line = Line(content.Span, start, out var next);
            if (files.Count < FilesMax && NameOf(line) is { } name && Decode(content.Span, next, out var end) is { Length: > 0 } decoded)
            {
                files.Add(new UuencodedFile(name, decoded));
                next = end;
            }
            else if (files.Count == FilesMax)
            {
                next = content.Length;
                text.Write(content.Span[start..]);
            }
            else
            {
                text.Write(content.Span[start..next]);
            }

            start = next;
        }

        return files.Count == 0 ? (content, files) : (text.ToArray(), files);
    }

    private static ReadOnlySpan<byte> Line(ReadOnlySpan<byte> content, int start, out int next)
    {
        var feed = content[start..].IndexOf((byte)'\n');
        next = feed < 0 ? content.Length : start + feed + 1;
        return content[start..next].TrimEnd("\r\n"u8);
    }

    /// <summary>"begin", the rights of the file in octal, and its name; null if it is another line.</summary>
    private static string? NameOf(ReadOnlySpan<byte> line)
    {
        if (!line.StartsWith("begin "u8))
        {
            return null;
        }

        var rest = line[6..];
        var digits = rest.IndexOfAnyExceptInRange((byte)'0', (byte)'7');
        if (digits is not (3 or 4) || rest[digits] != ' ')
        {
            return null;
        }

        var name = Encoding.UTF8.GetString(rest[(digits + 1)..]);
        name = string.Concat(name[(name.LastIndexOfAny(['/', '\\']) + 1)..].Where(character => !char.IsControl(character)).Take(NameCharactersMax)).Trim();
        return name.Length > 0 ? name : "attachment";
    }

    /// <summary>Null if it does not decode to its last line.</summary>
    private static byte[]? Decode(ReadOnlySpan<byte> content, int start, out int end)
    {
        var decoded = new MemoryStream();
        for (end = start; end < content.Length;)
        {
            var line = Line(content, end, out end);
            if (line.SequenceEqual("end"u8))
            {
                return decoded.ToArray();
            }

            if (!TryDecode(line, decoded))
            {
                return null;
            }
        }

        return null;
    }

    /// <summary>A line says its length first. Blanks at its end may have been lost on the way, and some add a check digit.</summary>
    private static bool TryDecode(ReadOnlySpan<byte> line, MemoryStream decoded)
    {
        if (line.ContainsAnyExceptInRange((byte)' ', (byte)'`'))
        {
            return false;
        }

        var bytes = line.IsEmpty ? 0 : (line[0] - ' ') & 63;
        var characters = (bytes + 2) / 3 * 4;
        if (line.Length > characters + 2)
        {
            return false;
        }

        Span<int> four = stackalloc int[4];
        for (var done = 0; done < bytes; done += 3)
        {
            for (var index = 0; index < 4; index++)
            {
                var at = 1 + (done / 3 * 4) + index;
                four[index] = at < line.Length ? (line[at] - ' ') & 63 : 0;
            }

            ReadOnlySpan<byte> three = [(byte)((four[0] << 2) | (four[1] >> 4)), (byte)((four[1] << 4) | (four[2] >> 2)), (byte)((four[2] << 6) | four[3])];
            decoded.Write(three[..Math.Min(3, bytes - done)]);
        }

        return true;
    }
}
