using System.Diagnostics;
using System.Security.Cryptography;
using Appliance.Cli.Lab;

namespace Appliance.Cli.Clients;

/// <summary>Downloads over one connection and notes the longest time without a byte: what a person would notice of a failure.</summary>
public sealed class Download : IDisposable
{
    private readonly HttpConnection _connection;
    private long _bytes;

    private Download(HttpConnection connection) => _connection = connection;

    public string Client => _connection.Client;

    public int ClientPort => _connection.ClientPort;

    /// <summary>Body bytes received so far.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    public static async Task<Download> StartAsync(
        string path, string host, string fields, CancellationToken cancellationToken, bool tls = false, string address = Topology.VirtualAddress,
        Machine? from = null)
    {
        var connection = await HttpConnection.OpenAsync(tls, host, cancellationToken, address, from);
        await connection.SendAsync($"GET {path} HTTP/1.1\r\nHost: {host}\r\n{fields}\r\n", cancellationToken);
        return new Download(connection);
    }

    public async Task<DownloadResult> ReceiveAsync(CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var clock = Stopwatch.StartNew();
        var head = await _connection.ReadHeadAsync(cancellationToken);
        var (last, pause, pauseAt) = (clock.Elapsed, TimeSpan.Zero, 0L);
        while (Bytes < head.BodyBytes)
        {
            var bytes = await _connection.ReadBodyAsync(head.BodyBytes - Bytes, cancellationToken);
            var now = clock.Elapsed;
            if (now - last > pause)
            {
                (pause, pauseAt) = (now - last, Bytes);
            }

            last = now;
            hash.AppendData(bytes.Span);
            Interlocked.Add(ref _bytes, bytes.Length);
        }

        return new DownloadResult(head.Status, Bytes, Convert.ToHexStringLower(hash.GetHashAndReset()), clock.Elapsed, pause, pauseAt);
    }

    public void Dispose() => _connection.Dispose();
}

/// <summary>What one download was like, seen by the client.</summary>
/// <param name="Status">Status code.</param>
/// <param name="Bytes">Length of the body.</param>
/// <param name="Sha256">Hash of the body, hexadecimal.</param>
/// <param name="Duration">From the request to the last byte.</param>
/// <param name="Pause">Longest time between two receipts after the head.</param>
/// <param name="PauseAt">Body offset of that pause.</param>
public sealed record DownloadResult(int Status, long Bytes, string Sha256, TimeSpan Duration, TimeSpan Pause, long PauseAt);
