using System.Net;
using System.Net.Sockets;
using System.Text;
using Webmail.Mail.Imap;

namespace Tests.Unit.Webmail.Servers;

/// <summary>The way to a mail server. It can be cut: then nobody answers, and what was connected is not any longer. And it can be watched.</summary>
internal sealed class MailGate(MailServerOptions server) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly List<TcpClient> _connected = [];
    private TcpListener? _listener;

    public MailServerOptions Options { get; } = LoopbackServer.Plain();

    /// <summary>Comes before what the client says is heard by the server; told what it says.</summary>
    public Func<string, Task> Before { get; set; } = _ => Task.CompletedTask;

    public void Open()
    {
        _listener = new TcpListener(IPAddress.Loopback, Options.Port);
        _listener.Start();
        _ = AcceptAsync(_listener);
    }

    public void Cut()
    {
        _listener?.Dispose();
        _listener = null;
        lock (_lock)
        {
            _connected.ForEach(client => client.Dispose());
            _connected.Clear();
        }
    }

    public void Dispose() => Cut();

    private async Task AcceptAsync(TcpListener listener)
    {
        try
        {
            while (true)
            {
                _ = RelayAsync(await listener.AcceptTcpClientAsync());
            }
        }
        catch (Exception cut) when (cut is SocketException or ObjectDisposedException)
        {
            // The gate is cut.
        }
    }

    private async Task RelayAsync(TcpClient client)
    {
        using var target = new TcpClient();
        lock (_lock)
        {
            _connected.AddRange([client, target]);
        }

        try
        {
            await target.ConnectAsync(server.Host, server.Port);
            await Task.WhenAny(SayAsync(client.GetStream(), target.GetStream()), target.GetStream().CopyToAsync(client.GetStream()));
        }
        catch (Exception cut) when (cut is IOException or SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // The gate is cut.
        }

        client.Dispose();
    }

    private async Task SayAsync(NetworkStream client, NetworkStream server)
    {
        var buffer = new byte[4096];
        while (await client.ReadAsync(buffer) is var count and > 0)
        {
            await Before(Encoding.Latin1.GetString(buffer, 0, count));
            await server.WriteAsync(buffer.AsMemory(0, count));
        }
    }
}
