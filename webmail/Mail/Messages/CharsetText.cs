using System.Text;

namespace Webmail.Mail.Messages;

/// <summary>Bytes of a text part as text: the declared charset, else UTF-8 where it is valid, else Latin-1, which always is.</summary>
public static class CharsetText
{
    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    static CharsetText() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    public static (string Text, bool Problem) Decode(ReadOnlySpan<byte> bytes, string? charset)
    {
        if (charset is not null && !charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase)
            && !charset.Equals("us-ascii", StringComparison.OrdinalIgnoreCase) && Known(charset) is { } encoding)
        {
            return (encoding.GetString(bytes), false);
        }

        try
        {
            return (StrictUtf8.GetString(bytes), false);
        }
        catch (DecoderFallbackException)
        {
            return (Encoding.Latin1.GetString(bytes), true);
        }
    }

    private static Encoding? Known(string charset)
    {
        try
        {
            // UTF-7 hides markup from every check behind it; .NET refuses it as well (SYSLIB0001).
            return charset.Equals("utf-7", StringComparison.OrdinalIgnoreCase) ? null : Encoding.GetEncoding(charset);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }
}
