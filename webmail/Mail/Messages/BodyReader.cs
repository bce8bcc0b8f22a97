using Webmail.Mail.Blobs;
using Webmail.Mail.Caching;
using Webmail.Mail.Decoding;
using Webmail.Mail.Imap;
using Webmail.Mail.Seams;

namespace Webmail.Mail.Messages;

/// <summary>Reads text parts whole, up to a limit.</summary>
public sealed class BodyReader(ImapPool pool, ReadCache cache)
{
    public const int EncodedBytesMax = 2 * 1024 * 1024;

    /// <summary>Parts of one message read in one request; each is a question to the mail server.</summary>
    public const int PartsMax = 50;

    public async ValueTask<BodyText> ReadAsync(MailAccount account, EmailPart part, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(account);
        ArgumentNullException.ThrowIfNull(part);
        var bytes = await ReadBytesAsync(account, part, EncodedBytesMax, cancellationToken);
        return BodyText.Of(bytes.Span, part.Charset, isCut: part.EncodedBytes > EncodedBytesMax);
    }

    /// <summary>The decoded content itself, cut where it has so many bytes as it lies on the mail server.</summary>
    public async ValueTask<ReadOnlyMemory<byte>> ReadBytesAsync(
        MailAccount account, EmailPart part, int encodedBytesMax, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(account);
        ArgumentNullException.ThrowIfNull(part);
        var encoded = await account.Choices.FetchAsync(
            $"imap.part {part.BlobId}", token => FetchAsync(account, part, encodedBytesMax, token), cancellationToken);
        return TransferDecoder.Decode(part.Encoding, encoded);
    }

    private async ValueTask<ReadOnlyMemory<byte>> FetchAsync(
        MailAccount account, EmailPart part, int encodedBytesMax, CancellationToken cancellationToken)
    {
        var bytes = Math.Min(part.EncodedBytes, encodedBytesMax);
        var key = (account.Id, part.BlobId, bytes);
        if (cache.Find<byte[]>(key) is { } known)
        {
            return known;
        }

        var reader = new EncodedReader(pool, account.Credentials, part.BlobId);
        var content = (await reader.ReadAsync(0, bytes, cancellationToken)).ToArray();
        cache.PutContent(key, content, content.Length);
        return content;
    }
}
