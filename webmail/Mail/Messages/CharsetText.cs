using System.Text;
using UtfUnknown;

namespace Webmail.Mail.Messages;

/// <summary>
/// Bytes of a text part as text. What is declared counts if the bytes can be that; UTF-8 that is valid is UTF-8, whatever is declared; else a
/// guess from the letters' frequency; else Windows-1252, which always is something.
/// </summary>
public static class CharsetText
{
    /// <summary>More says nothing new about which letters there are.</summary>
    private const int GuessedBytesMax = 64 * 1024;
    private const float ConfidenceMin = 0.5f;

    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    static CharsetText() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    /// <returns>The text, and whether it may be wrong: undeclared, or not what was declared (RFC 8621 §4.1.4 isEncodingProblem).</returns>
    public static (string Text, bool Problem) Decode(ReadOnlySpan<byte> bytes, string? charset)
    {
        var name = charset?.Trim().Trim('"').ToLowerInvariant();
        var isUtf8 = Decoded(StrictUtf8, bytes);
        // Escapes within 7 bits (ISO-2022-JP, HZ) and units of two bytes are valid UTF-8 by accident.
        if (isUtf8 is not null && (name is null or "utf-8" or "utf8" or "us-ascii" || !(Ascii.IsValid(bytes) || IsWide(name))))
        {
            return (isUtf8, name is not (null or "utf-8" or "utf8") && !Ascii.IsValid(bytes));
        }

        if (name is not (null or "utf-8" or "utf8" or "us-ascii") && Named(name) is { } declared && Decoded(declared, bytes) is { } text)
        {
            return (text, false);
        }

        return (Decoded(Guessed(bytes), bytes) ?? Encoding.GetEncoding(1252).GetString(bytes), true);
    }

    private static bool IsWide(string name) => name.StartsWith("utf-16", StringComparison.Ordinal) || name.StartsWith("utf-32", StringComparison.Ordinal);

    private static Encoding? Guessed(ReadOnlySpan<byte> bytes)
    {
        var detected = CharsetDetector.DetectFromBytes(bytes[..Math.Min(bytes.Length, GuessedBytesMax)].ToArray()).Detected;
        return detected is { Confidence: >= ConfidenceMin, EncodingName: { } name } ? Named(name) : null;
    }

    private static string? Decoded(Encoding? encoding, ReadOnlySpan<byte> bytes)
    {
        try
        {
            return encoding?.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    private static Encoding? Named(string name)
    {
        try
        {
            return name.ToLowerInvariant() switch
            {
                // UTF-7 hides markup from every check behind it; .NET refuses it as well (SYSLIB0001).
                "utf-7" => null,
                // What is called Latin-1 mostly holds the quotes and dashes of Windows.
                "iso-8859-1" or "latin1" => Strict("windows-1252"),
                "gb2312" or "gbk" => Strict("gb18030"),
                "unicode-1-1-utf-8" => StrictUtf8,
                var other => Strict(other),
            };
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private static Encoding Strict(string name) => Encoding.GetEncoding(name, EncoderFallback.ReplacementFallback, DecoderFallback.ExceptionFallback);
}
