using System.Buffers;
using Webmail.Mail.Decoding;
using Webmail.Mail.Imap;
using Webmail.Mail.Seams;

namespace Webmail.Mail.Blobs;

/// <summary>
/// Streams a part from IMAP through its decoder, one window in memory and one on its way. The first window is small, so that
/// a download begins at once, and large enough for one that goes on elsewhere to reach what is new; each is twice as large as
/// the one before. A window is sent in pieces, each of which the download can continue after.
/// </summary>
public sealed class PartSender(ImapPool pool)
{
    public const int WindowBytesFirst = 64 * 1024;
    public const int WindowBytesMax = 1024 * 1024;
    public const int PieceBytes = 256 * 1024;

    /// <summary>Sends what follows <paramref name="from"/>; what is sent does not depend on how it is cut into windows.</summary>
    public async Task SendAsync(
        Credentials credentials, PartContent part, PartState from, IPartSink sink, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(part);
        ArgumentNullException.ThrowIfNull(sink);
        var reader = new EncodedReader(pool, credentials, part.Id);
        var decoder = TransferDecoder.Resume(part.Encoding, from.Remainder.Span);
        var decoded = new ArrayBufferWriter<byte>(PieceBytes);
        using var ahead = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var offset = from.EncodedOffset;
        var windowBytes = offset == 0 ? WindowBytesFirst : PieceBytes;
        var next = ReadWindowAsync(reader, part, offset, windowBytes, ahead.Token);
        try
        {
            while (offset < part.EncodedBytes)
            {
                using var window = await next;
                windowBytes = Math.Min(2 * windowBytes, WindowBytesMax);
                next = ReadWindowAsync(reader, part, offset + window.Memory.Length, windowBytes, ahead.Token);
                ReadOnlyMemory<byte> rest = window.Memory;
                while (!rest.IsEmpty)
                {
                    var piece = rest[..Math.Min(PieceBytes, rest.Length)];
                    rest = rest[piece.Length..];
                    offset += piece.Length;
                    decoded.ResetWrittenCount();
                    decoder.Decode(piece.Span, decoded);
                    await sink.WriteAsync(decoded.WrittenMemory, cancellationToken);
                    await sink.CheckpointAsync(new PartState(offset, decoder.Remainder).ToBytes(), cancellationToken);
                }
            }
        }
        finally
        {
            await ahead.CancelAsync();
            await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        decoded.ResetWrittenCount();
        decoder.Finish(decoded);
        await sink.WriteAsync(decoded.WrittenMemory, cancellationToken);
    }

    private static async Task<EncodedWindow> ReadWindowAsync(
        EncodedReader reader, PartContent part, long offset, int windowBytes, CancellationToken cancellationToken)
    {
        var count = Math.Min(windowBytes, part.EncodedBytes - offset);
        if (count <= 0)
        {
            return new EncodedWindow(0);
        }

        var window = await reader.BorrowAsync(offset, count, cancellationToken);
        return window.Memory.Length == count
            ? window
            : throw new MailNotFoundException(
                $"Part {part.Id} is shorter than the mail server said: {window.Memory.Length} of {count} bytes at {offset}.");
    }
}
