using System.Buffers;
using System.Text;
using Webmail.Mail.Decoding;

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

    /// <summary>What a first line calls its file; null if it is another line.</summary>
    private static string? NameOf(ReadOnlySpan<byte> line)
    {
        if (UuencodedLine.NameAt(line) is not (> 0 and var start))
        {
            return null;
        }

        var name = Encoding.UTF8.GetString(line[start..]);
        name = string.Concat(name[(name.LastIndexOfAny(['/', '\\']) + 1)..].Where(character => !char.IsControl(character)).Take(NameCharactersMax)).Trim();
        return name.Length > 0 ? name : "attachment";
    }

    /// <summary>Null if it does not decode to its last line.</summary>
    private static byte[]? Decode(ReadOnlySpan<byte> content, int start, out int end)
    {
        var decoded = new ArrayBufferWriter<byte>();
        for (end = start; end < content.Length;)
        {
            var line = Line(content, end, out end);
            if (UuencodedLine.IsLast(line))
            {
                return decoded.WrittenSpan.ToArray();
            }

            if (!UuencodedLine.IsData(line) || !UuencodedLine.IsWhole(line))
            {
                return null;
            }

            UuencodedLine.Decode(line, decoded);
        }

        return null;
    }
}
