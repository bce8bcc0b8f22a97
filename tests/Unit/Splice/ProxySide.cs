using System.Net;
using System.Net.Sockets;
using System.Text;
using Splice.Store;
using Splice.Wire;

namespace Tests.Unit.Splice;

/// <summary>The test as proxy and client: one backend leg.</summary>
internal sealed class ProxySide : IDisposable
{
    private static readonly IPEndPoint Client = IPEndPoint.Parse("10.77.0.10:40000");
    private static readonly IPEndPoint Virtual = IPEndPoint.Parse("10.77.0.100:80");
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

    public static async Task<ProxySide> ConnectAsync(
        BackendHost host, FlowId flow, PreambleMode mode, ulong fence, RequestStart start, ulong ackedOffset,
        byte[]? clusterKey = null, ReadOnlyMemory<byte> sealedTls = default)
    {
        var side = new ProxySide();
        await side._socket.ConnectAsync(host.EndPoint);
        var preamble = new Preamble(
            Client, Virtual, flow, mode, fence, start.InputOffset, start.OutputOffset, ackedOffset, "test", sealedTls);
        await side.SendAsync(PreambleCodec.Encode(preamble, clusterKey ?? StorePair.ClusterKey));
        return side;
    }

    public static Task<ProxySide> BeginAsync(BackendHost host, FlowId flow) =>
        ConnectAsync(host, flow, PreambleMode.New, 1, new RequestStart(1, 0, 0), 0);

    public static byte[] Request(string path, string method = "GET", string body = "", string host = "test") => Encoding.ASCII.GetBytes(
        $"{method} {path} HTTP/1.1\r\nHost: {host}\r\n{(body.Length > 0 ? $"Content-Length: {body.Length}\r\n" : "")}\r\n{body}");

    /// <summary>A backend that has refused already hears nothing.</summary>
    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            await _socket.SendAsync(bytes);
        }
        catch (SocketException)
        {
            // What the backend did is seen by reading.
        }
    }

    /// <summary>As a proxy leaves a backend that it gave up: with a reset.</summary>
    public void Reset()
    {
        _socket.LingerState = new LingerOption(true, 0);
        _socket.Dispose();
    }

    public void EndSending() => _socket.Shutdown(SocketShutdown.Send);

    /// <summary>One response with Content-Length or chunks.</summary>
    public async Task<byte[]> ReadResponseAsync()
    {
        var read = new List<byte>();
        while (!ResponseLength.IsWhole(read))
        {
            if (await ReadSomeAsync(read) == 0)
            {
                break;
            }
        }

        return [.. read];
    }

    /// <summary>Reads one response with Content-Length without keeping it; returns its size.</summary>
    public async Task<long> SkipResponseAsync()
    {
        var head = new List<byte>();
        while (!Encoding.ASCII.GetString([.. head]).Contains("\r\n\r\n", StringComparison.Ordinal))
        {
            await ReadSomeAsync(head);
        }

        var total = ResponseLength.Of(head);
        var read = (long)head.Count;
        var buffer = new byte[1 << 20];
        while (read < total)
        {
            read += await _socket.ReceiveAsync(buffer);
        }

        return read;
    }

    public async Task<byte[]> ReadAsync(int count)
    {
        var read = new List<byte>();
        while (read.Count < count && await ReadSomeAsync(read) > 0)
        {
        }

        return [.. read];
    }

    /// <summary>Until the backend ends or resets.</summary>
    public Task<byte[]> ReadToEndAsync() => ReadAsync(int.MaxValue);

    public void Dispose() => _socket.Dispose();

    private async Task<int> ReadSomeAsync(List<byte> read)
    {
        var buffer = new byte[65536];
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        try
        {
            var count = await _socket.ReceiveAsync(buffer, timeout.Token);
            read.AddRange(buffer.AsSpan(0, count));
            return count;
        }
        catch (SocketException)
        {
            return 0;
        }
    }
}
