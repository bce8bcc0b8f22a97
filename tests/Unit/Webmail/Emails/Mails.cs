using System.Text;
using MimeKit;

namespace Tests.Unit.Webmail.Emails;

/// <summary>Messages that have something of everything.</summary>
internal static class Mails
{
    /// <summary>A text and a file in uuencode, and a file that only says so.</summary>
    public const string Uuencoded =
        "Subject: old\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
        + "--b\r\nContent-Type: text/plain\r\nContent-Transfer-Encoding: x-uuencode\r\n\r\nbegin 644 text\r\n#0V%T\r\n`\r\nend\r\n\r\n"
        + "--b\r\nContent-Type: application/octet-stream; name=a\r\nContent-Transfer-Encoding: X-UUE\r\n\r\nbegin 644 a\r\n#0V%T\r\n`\r\nend\r\n\r\n"
        + "--b\r\nContent-Type: application/octet-stream; name=b\r\nContent-Transfer-Encoding: uuencode\r\n\r\nno file\r\n\r\n--b--\r\n";

    /// <summary>mixed [alternative [plain, html], image, message].</summary>
    public static MimeMessage Rich(string subject = "rich")
    {
        var builder = new Multipart("mixed")
        {
            new MultipartAlternative { new TextPart("plain") { Text = "Grüße, plainly." }, new TextPart("html") { Text = "<p title=\"a > b\">Grüße, richly.</p>" } },
            Image(),
            new MessagePart("rfc822", Plain("inner")),
        };
        var message = new MimeMessage { Subject = subject, MessageId = $"{subject}@example.test", Body = builder };
        message.From.Add(new MailboxAddress("Ann Author", "ann@example.test"));
        return message;
    }

    public static MimeMessage Plain(string subject, string text = "Inner text.")
    {
        var message = new MimeMessage { Subject = subject, MessageId = $"{subject}@example.test", Body = new TextPart("plain") { Text = text } };
        message.From.Add(new MailboxAddress("Ida Inner", "ida@example.test"));
        message.Headers.Insert(0, new Header("Received", "from a by b; Sun, 01 Feb 2026 10:00:00 +0000"));
        return message;
    }

    public static byte[] Bytes(MimeMessage message)
    {
        using var content = new MemoryStream();
        message.WriteTo(FormatOptions.Default, content);
        return content.ToArray();
    }

    public static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    /// <summary>A few bytes for each part.</summary>
    public static byte[] ManyParts() => Encoding.UTF8.GetBytes(
        $"Subject: many\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n{string.Concat(Enumerable.Repeat("--b\r\n\r\n\r\n", 5000))}");

    private static MimePart Image()
    {
        var image = new MimePart("image", "png")
        {
            Content = new MimeContent(new MemoryStream("not really"u8.ToArray())), ContentTransferEncoding = ContentEncoding.Base64, FileName = "ä.png",
            ContentId = "image@example.test",
        };
        image.Headers.Add("Content-Language", "de, en");
        image.Headers.Add("X-Part", "its own");
        return image;
    }
}
