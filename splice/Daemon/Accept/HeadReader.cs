using System.Net.Sockets;
using Splice.Daemon.Configuration;
using Splice.Wire;

namespace Splice.Daemon.Accept;

/// <summary>Reads a connection until its first request head is complete, or says with which status to refuse it.</summary>
internal static class HeadReader
{
    private const int FirstReadBytes = 4096;

    public static async Task<HeadReading> ReadAsync(Socket client, LimitsConfig limits, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(limits.HeadTimeout);
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
                    return new HeadReading(null, [], 0);
                }

                count += read;
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                return new HeadReading(null, [], HttpAnswer.RequestTimeout);
            }
            catch (SocketException)
            {
                return new HeadReading(null, [], 0);
            }

            switch (RequestHeadParser.TryParse(buffer.AsSpan(0, count), out var head))
            {
                case ParseResult.Ok when head!.LengthBytes <= limits.HeadBytesMax:
                    return new HeadReading(head, buffer[..count], 0);
                case ParseResult.Invalid:
                    return new HeadReading(null, [], HttpAnswer.BadRequest);
            }

            if (count >= limits.HeadBytesMax)
            {
                return new HeadReading(null, [], HttpAnswer.HeadTooLarge);
            }

            if (count == buffer.Length)
            {
                Array.Resize(ref buffer, Math.Min(buffer.Length * 2, limits.HeadBytesMax));
            }
        }
    }
}

/// <summary>A head with everything read so far, or the status to answer; status 0 means no answer.</summary>
internal sealed record HeadReading(RequestHead? Head, byte[] Bytes, int Status);
