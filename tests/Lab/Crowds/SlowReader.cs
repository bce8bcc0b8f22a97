using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Appliance.Cli.Clients;
using Appliance.Cli.Lab;

namespace Tests.Lab.Crowds;

/// <summary>
/// A client that takes little of a large download, and later more: small in memory, for thousands of them. Its kernel holds so
/// little that what it reads later must come from a backend that lives then.
/// </summary>
internal sealed class SlowReader : IDisposable
{
    public const int KernelBytes = 16 * 1024;
    private const int HeadBytesMax = 1024;
    private readonly Socket _socket;
    private readonly byte[] _request;
    private long _bytes;

    private SlowReader(Socket socket, string path, string host) =>
        (_socket, _request) = (socket, Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n"));

    public string Client => ((IPEndPoint)_socket.LocalEndPoint!).ToString();

    /// <summary>Begins a download and takes its head, no more.</summary>
    public static async Task<SlowReader> StartAsync(int port, string path, string host, CancellationToken cancellationToken)
    {
        var reader = await TryStartAsync(port, path, host, cancellationToken);
        Assert.NotNull(reader);
        return reader;
    }

    /// <summary>The same; null if it is refused with 503.</summary>
    public static async Task<SlowReader?> TryStartAsync(int port, string path, string host, CancellationToken cancellationToken)
    {
        var socket = LabSocket.Create(Topology.Find("client"));
        try
        {
            socket.ReceiveBufferSize = KernelBytes;
            socket.Bind(new IPEndPoint(IPAddress.Any, port));
            await socket.ConnectAsync(IPAddress.Parse(Topology.VirtualAddress), 80, cancellationToken);
            var reader = new SlowReader(socket, path, host);
            if (await reader.AskAsync(cancellationToken) != 503)
            {
                return reader;
            }

            reader.Dispose();
            return null;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Begins the same download anew.</summary>
    public async Task AskAgainAsync(CancellationToken cancellationToken) => Assert.Equal(200, await AskAsync(cancellationToken));

    /// <summary>Takes so much of the body, and compares it with the file.</summary>
    public async Task TakeAsync(int count, FileStream golden, CancellationToken cancellationToken)
    {
        var (got, expected) = (new byte[count], new byte[count]);
        for (var read = 0; read < count;)
        {
            var bytes = await _socket.ReceiveAsync(got.AsMemory(read), cancellationToken).AsTask().WaitAsync(HttpConnection.SilenceMax, cancellationToken);
            read += bytes > 0 ? bytes : throw new BrokenConnectionException($"{Client}: the server closed the connection");
        }

        await RandomAccess.ReadAsync(golden.SafeFileHandle, expected, _bytes, cancellationToken);
        Assert.True(got.AsSpan().SequenceEqual(expected), $"{Client}: other bytes after offset {_bytes}");
        _bytes += count;
    }

    /// <summary>Without a word of farewell, which thousands at once would not need.</summary>
    public void Dispose()
    {
        _socket.LingerState = new LingerOption(true, 0);
        _socket.Dispose();
    }

    private async Task<int> AskAsync(CancellationToken cancellationToken)
    {
        await _socket.SendAsync(_request, cancellationToken);
        _bytes = 0;
        var status = await TakeHeadAsync(cancellationToken);
        Assert.True(status is 200 or 503, $"{Client}: answered with {status}");
        return status;
    }

    /// <summary>Byte by byte: what follows the head is the body's.</summary>
    private async Task<int> TakeHeadAsync(CancellationToken cancellationToken)
    {
        var (head, one) = (new StringBuilder(), new byte[1]);
        while (head.Length < HeadBytesMax && (head.Length < 4 || head.ToString(head.Length - 4, 4) != "\r\n\r\n"))
        {
            Assert.Equal(1, await _socket.ReceiveAsync(one, cancellationToken).AsTask().WaitAsync(HttpConnection.SilenceMax, cancellationToken));
            head.Append((char)one[0]);
        }

        return int.Parse(head.ToString().Split(' ')[1], CultureInfo.InvariantCulture);
    }
}
