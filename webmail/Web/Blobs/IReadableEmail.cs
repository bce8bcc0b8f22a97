using Webmail.Mail.Messages;

namespace Webmail.Web.Blobs;

/// <summary>A message whose parts can be read, wherever it lies.</summary>
internal interface IReadableEmail
{
    Email Email { get; }

    /// <summary>What a part is downloaded as.</summary>
    string BlobIdOf(string partId);

    /// <summary>A text part's content, up to <see cref="BodyReader.EncodedBytesMax"/>.</summary>
    ValueTask<BodyText> ReadAsync(EmailPart part, CancellationToken cancellationToken);

    /// <summary>The decoded content of a part that has at most so many bytes as it lies in the message, else of its beginning.</summary>
    ValueTask<ReadOnlyMemory<byte>> ReadBytesAsync(EmailPart part, int encodedBytesMax, CancellationToken cancellationToken);
}
