using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using Appliance.Cli.Lab;

namespace Appliance.Cli.Clients;

/// <summary>
/// One TCP connection from the lab's client machine that is never reopened: if anything breaks it, the caller sees it break.
/// </summary>
public sealed class HttpConnection : IDisposable
{
    private const int BufferBytes = 256 * 1024;
    private readonly Socket _socket;
    private readonly Stream _stream;
    private readonly byte[] _buffer = new byte[BufferBytes];
    private int _start;
    private int _end;

    private HttpConnection(Socket socket, Stream stream) => (_socket, _stream) = (socket, stream);

    public static TimeSpan SilenceMax { get; } = TimeSpan.FromSeconds(30);

    /// <summary>The client's address and port, as a row of flows shows it.</summary>
    public string Client => ((IPEndPoint)_socket.LocalEndPoint!).ToString();

    public int ClientPort => ((IPEndPoint)_socket.LocalEndPoint!).Port;

    /// <param name="address">The server's.</param>
    /// <param name="port">The server's.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <param name="from">The machine to connect from; the lab's client if null.</param>
    /// <param name="fromPort">The client's own port; 0 for any.</param>
    public static async Task<HttpConnection> OpenAsync(
        string address, int port, CancellationToken cancellationToken, Machine? from = null, int fromPort = 0)
    {
        var to = IPAddress.Parse(address);
        var socket = LabSocket.Create(from ?? Topology.Find("client"), to.AddressFamily);
        if (fromPort != 0)
        {
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
            socket.Bind(new IPEndPoint(to.AddressFamily == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Any : IPAddress.Any, fromPort));
        }

        await socket.ConnectAsync(to, port, cancellationToken);
        return new HttpConnection(socket, new NetworkStream(socket));
    }

    /// <summary>Over TLS, with a certificate for the host that the lab's CA has signed.</summary>
    public static async Task<HttpConnection> OpenTlsAsync(
        string host, CancellationToken cancellationToken, string address = Topology.VirtualAddress, Machine? from = null)
    {
        var plain = await OpenAsync(address, 443, cancellationToken, from);
        var tls = new SslStream(plain._stream);
        await tls.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions { TargetHost = host, CertificateChainPolicy = LabCertificates.TrustPolicy() },
            cancellationToken);
        return new HttpConnection(plain._socket, tls);
    }

    public static Task<HttpConnection> OpenAsync(
        bool tls, string host, CancellationToken cancellationToken, string address = Topology.VirtualAddress, Machine? from = null) =>
        tls ? OpenTlsAsync(host, cancellationToken, address, from) : OpenAsync(address, 80, cancellationToken, from);

    public static Task<HttpConnection> OpenAsync(CancellationToken cancellationToken) =>
        OpenAsync(Topology.VirtualAddress, 80, cancellationToken);

    public static string BasicOf(string user, string password) =>
        $"Authorization: Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}"))}\r\n";

    public ValueTask SendAsync(string text, CancellationToken cancellationToken) => SendAsync(Encoding.Latin1.GetBytes(text), cancellationToken);

    /// <exception cref="SocketException">The connection broke.</exception>
    /// <exception cref="TimeoutException">The server took nothing for <see cref="SilenceMax"/>.</exception>
    public async ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        const int PartBytes = 256 * 1024;
        try
        {
            for (var sent = 0; sent < bytes.Length; sent += PartBytes)
            {
                var part = bytes[sent..Math.Min(sent + PartBytes, bytes.Length)];
                await _stream.WriteAsync(part, cancellationToken).AsTask().WaitAsync(SilenceMax, cancellationToken);
            }
        }
        catch (IOException broken) when (broken.InnerException is SocketException reason)
        {
            throw reason;
        }
    }

    public async Task<HttpHead> ReadHeadAsync(CancellationToken cancellationToken)
    {
        int end;
        while ((end = _buffer.AsSpan(_start, _end - _start).IndexOf("\r\n\r\n"u8)) < 0)
        {
            if (_start > 0)
            {
                _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
                (_start, _end) = (0, _end - _start);
            }

            await FillAsync(cancellationToken);
        }

        var lines = Encoding.Latin1.GetString(_buffer, _start, end).Split("\r\n");
        _start += end + 4;
        var fields = lines.Skip(1).Select(line => line.Split(':', 2)).ToLookup(pair => pair[0].ToLowerInvariant(), pair => pair[1].Trim());
        return new HttpHead(
            int.Parse(lines[0].AsSpan(9, 3), NumberStyles.None, CultureInfo.InvariantCulture),
            long.Parse(fields["content-length"].FirstOrDefault() ?? "0", CultureInfo.InvariantCulture),
            fields);
    }

    /// <summary>The next bytes of the body, at most <paramref name="left"/>; valid until the next call.</summary>
    public async Task<ReadOnlyMemory<byte>> ReadBodyAsync(long left, CancellationToken cancellationToken)
    {
        if (_start == _end)
        {
            (_start, _end) = (0, 0);
            await FillAsync(cancellationToken);
        }

        var count = (int)Math.Min(left, _end - _start);
        var bytes = _buffer.AsMemory(_start, count);
        _start += count;
        return bytes;
    }

    /// <summary>A whole small answer.</summary>
    public async Task<(HttpHead Head, byte[] Body)> ReadAnswerAsync(CancellationToken cancellationToken)
    {
        var head = await ReadHeadAsync(cancellationToken);
        using var body = new MemoryStream();
        while (body.Length < head.BodyBytes)
        {
            body.Write((await ReadBodyAsync(head.BodyBytes - body.Length, cancellationToken)).Span);
        }

        return (head, body.ToArray());
    }

    /// <summary>Ends the direction to the server and goes on receiving; over TLS with a close_notify (RFC 8446 §6.1).</summary>
    public async Task FinishSendingAsync()
    {
        if (_stream is SslStream tls)
        {
            await tls.ShutdownAsync();
        }

        _socket.Shutdown(SocketShutdown.Send);
    }

    /// <summary>Closes with a reset, as a client does that is killed.</summary>
    public void Abort()
    {
        _socket.LingerState = new LingerOption(true, 0);
        _socket.Dispose();
    }

    public void Dispose()
    {
        _stream.Dispose();
        _socket.Dispose();
    }

    private async Task FillAsync(CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(SilenceMax);
        _end += await ReadAsync(_buffer.AsMemory(_end), timeout.Token) is > 0 and var read
            ? read
            : throw new BrokenConnectionException($"{Client}: the server closed the connection");
    }

    private async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        try
        {
            return await _stream.ReadAsync(buffer, cancellationToken);
        }
        catch (IOException broken) when (broken.InnerException is SocketException reason)
        {
            throw reason;
        }
    }
}

/// <summary>Status and fields of an answer.</summary>
public sealed record HttpHead(int Status, long BodyBytes, ILookup<string, string> Fields);

/// <summary>The connection ended where it should have gone on.</summary>
public sealed class BrokenConnectionException(string message) : Exception(message);
