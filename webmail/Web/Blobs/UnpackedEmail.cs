using MimeKit;
using Webmail.Mail.Decoding;
using Webmail.Mail.Messages;
using Webmail.Web.Jmap;

namespace Webmail.Web.Blobs;

/// <summary>
/// A message with what lies within its parts shown as parts: the texts and files of a winmail.dat (TNEF), and the files written into a plain
/// text (uuencode), which are taken out of it. The part id of one is that of the part it lies in, a slash, and its own there.
/// </summary>
internal sealed class UnpackedEmail : IReadableEmail
{
    private const int TnefPartsMax = 3;
    private const int TextsMax = 10;

    /// <summary>Of a part as it lies in the message: base64 of what is taken apart.</summary>
    private const int EncodedBytesMax = JmapLimits.UploadBytesMax / 57 * 78 + 78;

    private readonly IReadableEmail _outer;
    private readonly Dictionary<string, ParsedMessage> _messages = new(StringComparer.Ordinal);
    private readonly Dictionary<string, BodyText> _texts = new(StringComparer.Ordinal);

    private UnpackedEmail(IReadableEmail outer) => (_outer, Email) = (outer, outer.Email);

    public Email Email { get; private set; }

    /// <param name="outer">The message.</param>
    /// <param name="texts">Those parts that are looked through for files.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public static async ValueTask<UnpackedEmail> OfAsync(IReadableEmail outer, IEnumerable<EmailPart> texts, CancellationToken cancellationToken)
    {
        var unpacked = new UnpackedEmail(outer);
        var plain = texts.Where(part => part.Type == "text/plain" && part.EncodedBytes <= EncodedBytesMax).DistinctBy(part => part.PartId).Take(TextsMax);
        foreach (var part in plain.ToList())
        {
            unpacked.TakeFiles(part, await outer.ReadBytesAsync(part, EncodedBytesMax, cancellationToken));
        }

        foreach (var part in outer.Email.Body.Attachments.Where(IsTnef).Take(TnefPartsMax))
        {
            unpacked.Open(part, await outer.ReadBytesAsync(part, EncodedBytesMax, cancellationToken));
        }

        return unpacked;
    }

    public string BlobIdOf(string partId) =>
        partId.Split('/') is [var holder, var own] ? new NestedBlobId(own, _outer.BlobIdOf(holder)).ToString() : _outer.BlobIdOf(partId);

    public ValueTask<BodyText> ReadAsync(EmailPart part, CancellationToken cancellationToken) =>
        _texts.TryGetValue(part.PartId, out var text) ? ValueTask.FromResult(text)
            : Inner(part) is var (message, own) ? ValueTask.FromResult(message.Read(own))
            : _outer.ReadAsync(part, cancellationToken);

    public ValueTask<ReadOnlyMemory<byte>> ReadBytesAsync(EmailPart part, int encodedBytesMax, CancellationToken cancellationToken) =>
        Inner(part) is var (message, own)
            ? new ParsedEmail(message, "").ReadBytesAsync(own, encodedBytesMax, cancellationToken)
            : _outer.ReadBytesAsync(part, encodedBytesMax, cancellationToken);

    private static bool IsTnef(EmailPart part) =>
        (part.Type is "application/ms-tnef" or "application/vnd.ms-tnef" || string.Equals(part.Name, "winmail.dat", StringComparison.OrdinalIgnoreCase))
        && part.EncodedBytes <= EncodedBytesMax;

    private (ParsedMessage Message, EmailPart Own)? Inner(EmailPart part) =>
        part.PartId.Split('/') is [var holder, var own] && _messages.TryGetValue(holder, out var message) ? (message, part with { PartId = own }) : null;

    private void TakeFiles(EmailPart part, ReadOnlyMemory<byte> content)
    {
        var (rest, files) = content.Length <= JmapLimits.UploadBytesMax ? UuencodedText.Split(content) : (content, []);
        _texts[part.PartId] = Text(rest, part.Charset);
        var parts = new List<EmailPart>();
        foreach (var file in files)
        {
            var (id, type) = ($"{part.PartId}/{NestedBlobId.File(parts.Count + 1)}", MimeTypes.GetMimeType(file.Name));
            parts.Add(new EmailPart(id, default, type, null, file.Name, "attachment", null, TransferEncoding.Identity, file.Content.Length));
            if (type.StartsWith("text/", StringComparison.Ordinal))
            {
                _texts[id] = Text(file.Content, null);
            }
        }

        var body = Email.Body;
        Email = Email with { Body = body with { Attachments = [.. body.Attachments, .. parts] } };
    }

    private static BodyText Text(ReadOnlyMemory<byte> content, string? charset)
    {
        var isCut = content.Length > BodyReader.EncodedBytesMax;
        return BodyText.Of((isCut ? content[..BodyReader.EncodedBytesMax] : content).Span, charset, isCut);
    }

    private void Open(EmailPart part, ReadOnlyMemory<byte> content)
    {
        if (BlobReader.Parse(new Upload(part.Type, content)) is not { Email.Body: var inner } message || !inner.All.Any())
        {
            return;
        }

        _messages[part.PartId] = message;
        var body = Email.Body;
        var html = Shown(body.Html, Within(inner.Html), part => part.Type == "text/html");
        var text = Shown(body.Text, Within(inner.Text), part => part.Type == "text/plain");
        // The text once more, as Outlook writes it for itself.
        var files = Within(inner.Attachments).Where(file => file.Name is not null || file.Type is not ("text/rtf" or "application/rtf") || !html.Any(IsText));
        Email = Email with
        {
            Body = body with { Html = html, Text = text, Attachments = [.. body.Attachments.SelectMany(one => one == part ? files : [one])] },
        };

        IEnumerable<EmailPart> Within(EmailPart[] parts) => parts.Select(one => one with { PartId = $"{part.PartId}/{one.PartId}" });
    }

    /// <summary>What lies within is shown if there is nothing else, or if it is better than the one text outside.</summary>
    private static EmailPart[] Shown(EmailPart[] outside, IEnumerable<EmailPart> within, Func<EmailPart, bool> isBetter) =>
        within.Where(IsText).ToArray() is { Length: > 0 } texts && (!outside.Any(IsText) || (outside.Count(IsText) == 1 && !outside.Any(isBetter) && texts.Any(isBetter)))
            ? [.. texts, .. outside.Where(part => !IsText(part))]
            : outside;

    private static bool IsText(EmailPart part) => part.Type is "text/plain" or "text/html";
}
