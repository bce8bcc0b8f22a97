using MimeKit;
using Webmail.Mail.Messages;

namespace Webmail.Mail.Writing;

/// <summary>Makes a message's body. Boundaries derive from the message's id and the order of the parts, so that doing it again makes the same.</summary>
/// <param name="id">Of the message.</param>
/// <param name="fetch">Gets a part that the mail server holds.</param>
internal sealed class PartComposer(Guid id, Func<NewPart, CancellationToken, Task<MimeEntity>> fetch)
{
    private int _multiparts;

    public async Task<MimeEntity> ComposeAsync(NewPart part, CancellationToken cancellationToken)
    {
        var entity = part switch
        {
            { Text: { } text } => TextOf(part.Type, text),
            { Content: { } content } => Bytes(part.Type, content),
            { Source: not null } => await fetch(part, cancellationToken),
            _ => await MultipartAsync(part, cancellationToken),
        };
        Describe(entity, part);
        return entity;
    }

    private async Task<MimeEntity> MultipartAsync(NewPart part, CancellationToken cancellationToken)
    {
        var multipart = new Multipart(part.Type[(part.Type.IndexOf('/') + 1)..]) { Boundary = $"p{++_multiparts}-{id:N}" };
        foreach (var inner in part.Parts)
        {
            multipart.Add(await ComposeAsync(inner, cancellationToken));
        }

        return multipart;
    }

    private static TextPart TextOf(string type, string text) => new(type[(type.IndexOf('/') + 1)..])
    {
        Text = text.ReplaceLineEndings("\r\n"),
        ContentTransferEncoding = ContentEncoding.QuotedPrintable,
    };

    // A message within a message is not encoded (RFC 2046 §5.2.1); what is none, whatever it is called, is a file.
    private static MimeEntity Bytes(string type, ReadOnlyMemory<byte> content) =>
        type == "message/rfc822" && MessageParser.TryParse(content) is { } message
            ? new MessagePart("rfc822", message)
            : new MimePart(type.StartsWith("message/", StringComparison.Ordinal) ? new ContentType("application", "octet-stream") : ContentType.Parse(type))
            {
                Content = new MimeContent(new MemoryStream(content.ToArray(), false)),
                ContentTransferEncoding = ContentEncoding.Base64,
            };

    private static void Describe(MimeEntity entity, NewPart part)
    {
        if (part.Disposition is not null || part.Name is not null)
        {
            entity.ContentDisposition = new ContentDisposition(part.Disposition ?? ContentDisposition.Attachment) { FileName = part.Name };
        }

        if (part.ContentId is not null || part.Source is not null)
        {
            entity.ContentId = part.ContentId;
        }

        if (part.Language.Count > 0)
        {
            entity.Headers[HeaderId.ContentLanguage] = string.Join(", ", part.Language);
        }

        if (part.Location is not null)
        {
            entity.ContentLocation = part.Location;
        }
    }
}
