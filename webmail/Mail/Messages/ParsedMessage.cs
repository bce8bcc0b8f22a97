using MailKit;
using MimeKit;
using Webmail.Mail.Decoding;
using Webmail.Mail.Headers;
using Webmail.Mail.Html;
using Webmail.Mail.Ids;

namespace Webmail.Mail.Messages;

/// <summary>A message that lies in no mailbox: in a file, or in another message.</summary>
public sealed class ParsedMessage
{
    private const int PreviewCharactersMax = 256;

    private readonly Dictionary<string, MimeEntity> _entities = new(StringComparer.Ordinal);

    private ParsedMessage(MimeMessage message, long bytes)
    {
        var summary = new MessageSummary(0)
        {
            Envelope = EnvelopeOf(message),
            Headers = message.Headers,
            Size = checked((uint)bytes),
            Body = message.Body is { } body ? MimeStructure.Of(body, "", _entities) : null,
        };
        foreach (var id in message.References)
        {
            (summary.References ??= []).Add(id);
        }

        const EmailDetail Detail = EmailDetail.Body | EmailDetail.Headers;
        Email = SummaryReader.WithDetail(SummaryReader.Read(default, new FoundSummary(0, summary, null)), Detail, summary);
        Email = Email with { Preview = PreviewOf(Email.Body) };
    }

    /// <summary>As a message in a mailbox is shown; its ids, and when it was received, mean nothing.</summary>
    public Email Email { get; }

    /// <summary>Also what stands for a message (TNEF). Null if it is none, or has more parts or header fields than are looked at.</summary>
    public static ParsedMessage? TryParse(ReadOnlyMemory<byte> content) =>
        (TnefMessage.Is(content.Span) ? TnefMessage.TryParse(content) : MessageParser.TryParse(content)) is { } message
            ? new ParsedMessage(message, content.Length)
            : null;

    /// <summary>A text part's content, cut as <see cref="BodyReader"/> does.</summary>
    public BodyText Read(EmailPart part)
    {
        ArgumentNullException.ThrowIfNull(part);
        var content = Content(part.PartId) ?? default;
        var isCut = content.Length > BodyReader.EncodedBytesMax;
        return BodyText.Of((isCut ? content[..BodyReader.EncodedBytesMax] : content).Span, part.Charset, isCut);
    }

    /// <summary>The decoded content of a part; null if there is none of this id.</summary>
    public ReadOnlyMemory<byte>? Content(string partId)
    {
        if (!_entities.TryGetValue(partId, out var entity))
        {
            return null;
        }

        using var content = new MemoryStream();
        if (entity is MimePart { Content: { Encoding: ContentEncoding.UUEncode } uuencoded })
        {
            // As the same part is decoded in a mailbox: the library drops what has no first line.
            uuencoded.WriteTo(content);
            return TransferDecoder.Decode(TransferEncoding.Uuencode, content.ToArray());
        }

        if (entity is MimePart part)
        {
            part.Content?.DecodeTo(content);
        }
        else
        {
            entity.WriteTo(LineEnds.Crlf, content, contentOnly: true);
        }

        return content.ToArray();
    }

    /// <summary>The header fields of a part; empty if there is none of this id.</summary>
    public HeaderField[] Headers(string partId) => _entities.TryGetValue(partId, out var entity) ? SummaryReader.Headers(entity.Headers) : [];

    private static Envelope EnvelopeOf(MimeMessage message)
    {
        var envelope = new Envelope
        {
            Subject = message.Subject,
            Date = message.Date == DateTimeOffset.MinValue ? null : message.Date,
            MessageId = message.MessageId,
            InReplyTo = message.InReplyTo,
        };
        envelope.From.AddRange(message.From);
        envelope.ReplyTo.AddRange(message.ReplyTo);
        envelope.To.AddRange(message.To);
        envelope.Cc.AddRange(message.Cc);
        envelope.Bcc.AddRange(message.Bcc);
        return envelope;
    }

    private string PreviewOf(EmailBody body)
    {
        if (body.Text.FirstOrDefault(part => part.Type.StartsWith("text/", StringComparison.Ordinal)) is not { } part)
        {
            return "";
        }

        var text = Read(part).Value;
        var words = (part.Type == "text/html" ? HtmlText.Of(text) : text).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return BodyCut.Cut(string.Join(' ', words), isHtml: false, PreviewCharactersMax);
    }
}
