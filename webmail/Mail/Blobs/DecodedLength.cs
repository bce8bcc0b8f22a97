using System.Buffers;
using Webmail.Mail.Decoding;

namespace Webmail.Mail.Blobs;

/// <summary>
/// Learns the decoded length before the download begins, since Content-Length comes first. Long base64 with lines of one
/// length is computed from three probes on the grid of its lines; everything else is counted by a decoding pass.
/// </summary>
public static class DecodedLength
{
    public const int ProbeBytes = 4096;

    public delegate Task<ReadOnlyMemory<byte>> Read(long offset, long count, CancellationToken cancellationToken);

    public static async Task<long> OfAsync(
        TransferEncoding encoding, long encodedBytes, Read read, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(read);
        if (encoding == TransferEncoding.Identity)
        {
            return encodedBytes;
        }

        var regular = encoding == TransferEncoding.Base64 && encodedBytes > PartSender.WindowBytesMax
            ? await OfRegularLinesAsync(encodedBytes, read, cancellationToken)
            : null;
        return regular ?? await CountAsync(encoding, encodedBytes, read, cancellationToken);
    }

    private static async Task<long?> OfRegularLinesAsync(long encodedBytes, Read read, CancellationToken cancellationToken)
    {
        var first = await read(0, ProbeBytes, cancellationToken);
        var lineBytes = first.Span.IndexOf((byte)'\n') + 1;
        var characters = lineBytes - 2;
        if (characters < 4 || characters % 4 != 0 || !IsGrid(first.Span, lineBytes))
        {
            return null;
        }

        var middle = await read(encodedBytes / 2 / lineBytes * lineBytes, ProbeBytes, cancellationToken);
        var tailOffset = (encodedBytes - ProbeBytes) / lineBytes * lineBytes;
        var tail = await read(tailOffset, encodedBytes - tailOffset, cancellationToken);
        return IsGrid(middle.Span, lineBytes) && IsGrid(tail.Span, lineBytes)
            ? (tailOffset / lineBytes * (characters / 4 * 3)) + Count(tail.Span)
            : null;
    }

    // A line of another length anywhere before a probe would shift the grid there.
    private static bool IsGrid(ReadOnlySpan<byte> probe, int lineBytes)
    {
        for (; probe.Length >= lineBytes; probe = probe[lineBytes..])
        {
            if (probe.IndexOf((byte)'\n') != lineBytes - 1 || probe[lineBytes - 2] != '\r')
            {
                return probe.IndexOf((byte)'=') >= 0;
            }
        }

        return true;
    }

    private static int Count(ReadOnlySpan<byte> encoded)
    {
        var decoded = new ArrayBufferWriter<byte>();
        var decoder = TransferDecoder.Resume(TransferEncoding.Base64, []);
        decoder.Decode(encoded, decoded);
        decoder.Finish(decoded);
        return decoded.WrittenCount;
    }

    private static async Task<long> CountAsync(
        TransferEncoding encoding, long encodedBytes, Read read, CancellationToken cancellationToken)
    {
        var decoder = TransferDecoder.Resume(encoding, []);
        var decoded = new ArrayBufferWriter<byte>(PartSender.WindowBytesMax);
        long count = 0;
        for (long offset = 0; offset < encodedBytes; offset += PartSender.WindowBytesMax)
        {
            var window = await read(offset, Math.Min(PartSender.WindowBytesMax, encodedBytes - offset), cancellationToken);
            decoder.Decode(window.Span, decoded);
            count += decoded.WrittenCount;
            decoded.ResetWrittenCount();
        }

        decoder.Finish(decoded);
        return count + decoded.WrittenCount;
    }
}
