using Webmail.Mail.Messages;

namespace Webmail.Web.Blobs;

/// <summary>A message in a blob: it is all there.</summary>
internal sealed class ParsedEmail(ParsedMessage message, string blobId) : IReadableEmail
{
    public Email Email => message.Email;

    public string BlobIdOf(string partId) => new NestedBlobId(partId, blobId).ToString();

    public ValueTask<BodyText> ReadAsync(EmailPart part, CancellationToken cancellationToken) => ValueTask.FromResult(message.Read(part));

    public ValueTask<ReadOnlyMemory<byte>> ReadBytesAsync(EmailPart part, int encodedBytesMax, CancellationToken cancellationToken)
    {
        var content = message.Content(part.PartId) ?? default;
        return ValueTask.FromResult(content[..Math.Min(content.Length, encodedBytesMax)]);
    }
}
