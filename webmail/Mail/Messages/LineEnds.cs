using MimeKit;

namespace Webmail.Mail.Messages;

/// <summary>How messages are written where their size matters: with the line ends they travel with (RFC 5322 §2.3).</summary>
internal static class LineEnds
{
    public static FormatOptions Crlf { get; } = Make();

    private static FormatOptions Make()
    {
        var format = FormatOptions.Default.Clone();
        format.NewLineFormat = NewLineFormat.Dos;
        return format;
    }
}
