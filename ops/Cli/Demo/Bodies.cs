using System.Text;

namespace Appliance.Cli.Demo;

/// <summary>Bodies of many kinds. Each returns the Content-Type (null for none at all) and the rest of the message.</summary>
internal static class Bodies
{
    public static (string? ContentType, string Body) Plain(string from, string text, string to) =>
        ("text/plain; charset=utf-8", $"Hello {to},\r\n\r\n{text}\r\n\r\nBest wishes\r\n{from}\r\n");

    public static (string? ContentType, string Body) Newsletter(string topic, string text, string from)
    {
        var html = $"""
            <html><body style="font-family: Georgia, serif; background: #f4f1ea; margin: 0; padding: 24px">
            <table width="600" align="center" style="background: #ffffff; border-radius: 8px; padding: 24px"><tr><td>
            <h1 style="color: #1d4e63; font-size: 24px">News of {topic}</h1><p>{text}</p>
            <p><a href="https://example.test/news" style="color: #b3541e">Read more</a></p>
            <img src="https://tracker.example.test/open.gif" width="1" height="1" alt="">
            <script>alert('never')</script><p style="color: #777777; font-size: 12px">Sent by {from}</p>
            </td></tr></table></body></html>
            """.ReplaceLineEndings("\r\n");
        return ("multipart/alternative; boundary=\"alt\"",
            $"--alt\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nNews of {topic}\r\n\r\n{text}\r\n\r\n--alt\r\nContent-Type: text/html; charset=utf-8\r\n\r\n{html}\r\n--alt--\r\n");
    }

    public static (string? ContentType, string Body) Nested(string id, string topic, string text) =>
        ("multipart/mixed; boundary=\"nest\"",
            $"--nest\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nSee the message below.\r\n\r\n--nest\r\nContent-Type: message/rfc822\r\n\r\n"
            + $"From: Old Friend <friend@example.test>\r\nTo: someone@example.test\r\nSubject: Inside: {topic}\r\nDate: Mon, 01 Jan 2024 08:00:00 +0000\r\nMessage-ID: <inner-{id}>\r\n\r\n{text}\r\n\r\n--nest--\r\n");

    public static (string? ContentType, string Body) Charset(string name, Encoding encoding, string text) =>
        ($"text/plain; charset={name}", Bytes(encoding, text) + "\r\n");

    /// <summary>Eight-bit text that does not say what it is, as old programs sent it.</summary>
    public static (string? ContentType, string Body) Undeclared(string text) => (null, Bytes(Encoding.Latin1, text) + "\r\n");

    public static (string? ContentType, string Body) WithAttachment(string text, string topic) =>
        ("multipart/mixed; boundary=\"mix\"",
            $"--mix\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n\r\n--mix\r\nContent-Type: text/csv; name=\"figures.csv\"\r\n"
            + $"Content-Disposition: attachment; filename=\"figures.csv\"\r\n\r\ntopic,count\r\n{topic},42\r\n\r\n--mix--\r\n");

    public static Encoding Legacy(string name)
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        return Encoding.GetEncoding(name);
    }

    private static string Bytes(Encoding encoding, string text) => Encoding.Latin1.GetString(encoding.GetBytes(text));
}
