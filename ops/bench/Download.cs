using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace Appliance.Bench;

/// <summary>
/// Downloads over one TCP connection that it never reopens, and notes the longest time without a byte: what a person would
/// notice of a failure.
/// </summary>
internal static class Download
{
    private const int BufferBytes = 256 * 1024;
    private static readonly TimeSpan SilenceMax = TimeSpan.FromSeconds(30);

    public static DownloadResult Run(Uri uri, string? host, string? credentials)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.ReceiveTimeout = (int)SilenceMax.TotalMilliseconds;
        var clock = Stopwatch.StartNew();
        socket.Connect(IPAddress.Parse(uri.Host), uri.Port);
        var local = ((IPEndPoint)socket.LocalEndPoint!).ToString();
        var authorization = credentials is null ? "" : $"Authorization: Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes(credentials))}\r\n";
        socket.Send(Encoding.ASCII.GetBytes($"GET {uri.PathAndQuery} HTTP/1.1\r\nHost: {host ?? uri.Host}\r\n{authorization}\r\n"));
        Console.Error.WriteLine(local);
        return Receive(socket, clock, local);
    }

    private static DownloadResult Receive(Socket socket, Stopwatch clock, string local)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[BufferBytes];
        var head = new List<byte>();
        long? length = null;
        long bytes = 0, pauseAt = 0;
        var (status, firstByte, last, pause) = (0, TimeSpan.Zero, clock.Elapsed, TimeSpan.Zero);
        string? error = null;
        while (length is null || bytes < length)
        {
            int read;
            try
            {
                read = socket.Receive(buffer);
            }
            catch (SocketException exception)
            {
                error = $"{exception.SocketErrorCode} after {bytes} of {length} bytes";
                break;
            }

            var now = clock.Elapsed;
            if (read == 0)
            {
                error = $"closed after {bytes} of {length} bytes";
                break;
            }

            if (firstByte == TimeSpan.Zero)
            {
                firstByte = now;
            }
            else if (now - last > pause)
            {
                (pause, pauseAt) = (now - last, bytes);
            }

            last = now;
            var body = buffer.AsSpan(0, read);
            if (length is null)
            {
                head.AddRange(body);
                if (!TryReadHead(head.ToArray(), out status, out length, out var headBytes))
                {
                    continue;
                }

                body = head.ToArray().AsSpan(headBytes);
            }

            bytes += body.Length;
            hash.AppendData(body);
        }

        return new DownloadResult(
            status, bytes, Convert.ToHexStringLower(hash.GetCurrentHash()), local, clock.Elapsed.TotalSeconds,
            firstByte.TotalMilliseconds, pause.TotalMilliseconds, pauseAt, error);
    }

    private static bool TryReadHead(byte[] bytes, out int status, out long? length, out int headBytes)
    {
        (status, length, headBytes) = (0, null, bytes.AsSpan().IndexOf("\r\n\r\n"u8) + 4);
        if (headBytes < 4)
        {
            return false;
        }

        var lines = Encoding.Latin1.GetString(bytes, 0, headBytes).Split("\r\n");
        status = int.Parse(lines[0].AsSpan(9, 3), provider: null);
        length = lines.Where(line => line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase))
            .Select(line => long.Parse(line.AsSpan(15), provider: null)).FirstOrDefault();
        return true;
    }
}

/// <summary>What one download was like, seen by the client.</summary>
internal sealed record DownloadResult(
    int Status, long Bytes, string Sha256, string Client, double Seconds, double FirstByteMilliseconds,
    double LongestPauseMilliseconds, long LongestPauseAt, string? Error);
