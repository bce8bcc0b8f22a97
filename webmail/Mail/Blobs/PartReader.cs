using Webmail.Mail.Decoding;
using Webmail.Mail.Imap;
using Webmail.Mail.Seams;

namespace Webmail.Mail.Blobs;

/// <summary>Reads a part whole, for what needs all of it at once; downloads are streamed.</summary>
public sealed class PartReader(ImapPool pool)
{
    /// <summary>The decoded content, not remembered: within choices and effects only. Its size is the caller's to check.</summary>
    /// <exception cref="MailNotFoundException">The message is not there any longer.</exception>
    public async Task<ReadOnlyMemory<byte>> LoadAsync(Credentials credentials, PartContent part, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(part);
        var encoded = await new EncodedReader(pool, credentials, part.Id).ReadAsync(0, part.EncodedBytes, cancellationToken);
        if (encoded.Length < part.EncodedBytes)
        {
            throw new MailNotFoundException($"Of part {part.Id} there are {encoded.Length} of {part.EncodedBytes} bytes.");
        }

        return TransferDecoder.Decode(part.Encoding, encoded);
    }
}
