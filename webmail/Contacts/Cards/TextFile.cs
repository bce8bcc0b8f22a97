using System.Text;
using System.Text.Unicode;

namespace Webmail.Contacts.Cards;

/// <summary>Bytes of a file as text: by its byte order mark, as UTF-8 if it is, else as the charset that is named or Windows-1252.</summary>
internal static class TextFile
{
    private const int Windows1252 = 1252;

    static TextFile() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    public static string Decode(ReadOnlySpan<byte> bytes, string? charset = null) => bytes switch
    {
        [0xef, 0xbb, 0xbf, .. var rest] => Encoding.UTF8.GetString(rest),
        [0xff, 0xfe, .. var rest] => Encoding.Unicode.GetString(rest),
        [0xfe, 0xff, .. var rest] => Encoding.BigEndianUnicode.GetString(rest),
        _ => (Named(charset) ?? (Utf8.IsValid(bytes) ? Encoding.UTF8 : Encoding.GetEncoding(Windows1252))).GetString(bytes),
    };

    private static Encoding? Named(string? charset)
    {
        if (charset is null)
        {
            return null;
        }

        try
        {
            return Encoding.GetEncoding(charset);
        }
        catch (ArgumentException)
        {
            // Nobody's charset, so we look at the bytes.
            return null;
        }
    }
}
