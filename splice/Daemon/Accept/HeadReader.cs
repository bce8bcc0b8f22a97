using System.Net.Sockets;
using Splice.Daemon.Configuration;
using Splice.Wire;
using Splice.Wire.Tls;

namespace Splice.Daemon.Accept;

/// <summary>Reads a connection until its first request head is complete, or says with which status to refuse it.</summary>
internal static class HeadReader
{
    private const int FirstReadBytes = 4096;

    /// <param name="client">The connection, after its handshake if it has one.</param>
    /// <param name="secrets">What opens its TLS records; null for plain HTTP.</param>
    /// <param name="limits">How much, and for how long.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public static async Task<HeadReading> ReadAsync(Socket client, TlsSecrets? secrets, LimitsConfig limits, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(limits.HeadTimeout);
        using var opener = secrets is null ? null : new HeadOpener(secrets);
        // A TLS record is opened whole, whatever of it belongs to the head.
        var bytesMax = limits.HeadBytesMax + (opener is null ? 0 : RecordProtection.RecordBytesMax);
        var buffer = new byte[FirstReadBytes];
        var count = 0;
        while (true)
        {
            try
            {
                var read = await client.ReceiveAsync(buffer.AsMemory(count), SocketFlags.None, timeout.Token);
                if (read == 0)
                {
                    // Closed or half-closed before a whole head arrived: there is nothing to answer.
                    return HeadReading.Nothing;
                }

                count += read;
                opener?.Open(buffer.AsMemory(0, count));
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                return new HeadReading(null, [], HttpAnswer.RequestTimeout);
            }
            catch (Exception exception) when (exception is SocketException or TlsAlertException)
            {
                return HeadReading.Nothing;
            }

            var text = opener is null ? buffer.AsSpan(0, count) : opener.Content;
            switch (RequestHeadParser.TryParse(text, out var head))
            {
                case ParseResult.Ok when head!.LengthBytes <= limits.HeadBytesMax:
                    return new HeadReading(head, buffer[..count], 0);
                case ParseResult.Invalid:
                    return new HeadReading(null, [], HttpAnswer.BadRequest);
            }

            if (opener is { IsClosed: true })
            {
                return HeadReading.Nothing;
            }

            if (text.Length >= limits.HeadBytesMax || count >= bytesMax)
            {
                return new HeadReading(null, [], HttpAnswer.HeadTooLarge);
            }

            if (count == buffer.Length)
            {
                Array.Resize(ref buffer, Math.Min(buffer.Length * 2, bytesMax));
            }
        }
    }
}

/// <summary>A head with everything read so far, as it came, or the status to answer; status 0 means no answer.</summary>
internal sealed record HeadReading(RequestHead? Head, byte[] Bytes, int Status)
{
    public static HeadReading Nothing { get; } = new(null, [], 0);
}
