using MimeKit;
using MimeKit.Text;
using Webmail.Mail.Messages;

namespace Webmail.Mail.Writing;

/// <summary>Makes the MIME message (RFC 5322, RFC 2045). Everything that is unique in it derives from one id.</summary>
internal static class MessageComposer
{
    /// <summary>The Message-ID of a message with this id, without angle brackets: what doubt about it is resolved by.</summary>
    public static string MessageIdOf(Guid id, NewEmail email) => $"{id:N}@{DomainOf(email)}";

    public static MimeMessage Compose(Guid id, NewEmail email, IReadOnlyList<MimeEntity> attachments)
    {
        var message = new MimeMessage { Subject = email.Subject, Date = email.Date, MessageId = MessageIdOf(id, email) };
        message.From.AddRange(email.From.Select(Mailbox));
        message.To.AddRange(email.To.Select(Mailbox));
        message.Cc.AddRange(email.Cc.Select(Mailbox));
        message.Bcc.AddRange(email.Bcc.Select(Mailbox));
        message.ReplyTo.AddRange(email.ReplyTo.Select(Mailbox));
        message.InReplyTo = email.InReplyTo.Count > 0 ? email.InReplyTo[0] : null;
        message.References.AddRange(email.References);
        message.Body = Body(id, email, attachments);
        return message;
    }

    public static MimeEntity Attach(NewAttachment attachment, ReadOnlyMemory<byte> content)
    {
        var part = new MimePart(ContentType.TryParse(attachment.Type, out var type) ? type : new ContentType("application", "octet-stream"))
        {
            Content = new MimeContent(new MemoryStream(content.ToArray(), false)),
            ContentTransferEncoding = ContentEncoding.Base64,
        };
        return Name(part, attachment);
    }

    public static MimeEntity Name(MimeEntity part, NewAttachment attachment)
    {
        part.ContentDisposition = new ContentDisposition(attachment.ContentId is null ? ContentDisposition.Attachment : ContentDisposition.Inline)
        {
            FileName = attachment.Name,
        };
        part.ContentId = attachment.ContentId;
        return part;
    }

    private static MimeEntity Body(Guid id, NewEmail email, IReadOnlyList<MimeEntity> attachments)
    {
        MimeEntity[] texts =
        [
            .. email.Text is { } text || email.Html is null ? [Text(TextFormat.Plain, email.Text ?? "")] : Array.Empty<MimeEntity>(),
            .. email.Html is { } html ? [Text(TextFormat.Html, html)] : Array.Empty<MimeEntity>(),
        ];
        var body = texts.Length == 1 ? texts[0] : Multipart("alternative", $"a-{id:N}", texts);
        return attachments.Count == 0 ? body : Multipart("mixed", $"m-{id:N}", [body, .. attachments]);
    }

    private static MimeEntity Text(TextFormat format, string text) =>
        new TextPart(format) { Text = text.ReplaceLineEndings("\r\n"), ContentTransferEncoding = ContentEncoding.QuotedPrintable };

    private static Multipart Multipart(string kind, string boundary, IEnumerable<MimeEntity> parts)
    {
        var multipart = new Multipart(kind) { Boundary = boundary };
        foreach (var part in parts)
        {
            multipart.Add(part);
        }

        return multipart;
    }

    private static MailboxAddress Mailbox(EmailAddress address) => new(address.Name, address.Email);

    private static string DomainOf(NewEmail email) =>
        email.From is [var from, ..] && from.Email.LastIndexOf('@') is >= 0 and var at && at + 1 < from.Email.Length ? from.Email[(at + 1)..] : "localhost";
}
