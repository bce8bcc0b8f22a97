using System.Buffers;
using Webmail.Mail.Decoding;
using Webmail.Mail.Imap;
using Webmail.Mail.Seams;

namespace Webmail.Mail.Blobs;

/// <summary>Streams a part from IMAP through its decoder, one window in memory and one on its way.</summary>
public sealed class PartSender(ImapPool pool)
{
    public const int WindowBytes = 1024 * 1024;
    public const int PieceBytes = 256 * 1024;

    /// <summary>Sends what follows <paramref name="from"/>; window and piece limits depend on offsets only, never on timing.</summary>
    public async Task SendAsync(
        Credentials credentials, PartContent part, PartState from, IPartSink sink, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(part);
        ArgumentNullException.ThrowIfNull(sink);
        var reader = new EncodedReader(pool, credentials, part.Id);
        var decoder = TransferDecoder.Resume(part.Encoding, from.Remainder.Span);
        var decoded = new ArrayBufferWriter<byte>(WindowBytes);
        using var ahead = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var offset = from.EncodedOffset;
        var next = ReadWindowAsync(reader, part, offset, ahead.Token);
        try
        {
            while (offset < part.EncodedBytes)
            {
                var window = await next;
                offset += window.Length;
                next = ReadWindowAsync(reader, part, offset, ahead.Token);
                decoded.ResetWrittenCount();
                decoder.Decode(window.Span, decoded);
                await WritePiecesAsync(decoded.WrittenMemory, sink, cancellationToken);
                sink.Checkpoint(new PartState(offset, decoder.Remainder).ToBytes());
            }
        }
        finally
        {
            await ahead.CancelAsync();
            await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        decoded.ResetWrittenCount();
        decoder.Finish(decoded);
        await WritePiecesAsync(decoded.WrittenMemory, sink, cancellationToken);
    }

    private static async Task<ReadOnlyMemory<byte>> ReadWindowAsync(
        EncodedReader reader, PartContent part, long offset, CancellationToken cancellationToken)
    {
        var count = Math.Min(WindowBytes, part.EncodedBytes - offset);
        if (count <= 0)
        {
            return ReadOnlyMemory<byte>.Empty;
        }

        var window = await reader.ReadAsync(offset, count, cancellationToken);
        return window.Length == count
            ? window
            : throw new MailNotFoundException(
                $"Part {part.BlobId} is shorter than the mail server said: {window.Length} of {count} bytes at {offset}.");
    }

    private static async Task WritePiecesAsync(ReadOnlyMemory<byte> bytes, IPartSink sink, CancellationToken cancellationToken)
    {
        while (!bytes.IsEmpty)
        {
            var piece = bytes[..Math.Min(PieceBytes, bytes.Length)];
            await sink.WriteAsync(piece, cancellationToken);
            bytes = bytes[piece.Length..];
        }
    }
}
