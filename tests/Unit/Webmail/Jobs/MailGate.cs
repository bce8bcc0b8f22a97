using System.Net;
using System.Net.Sockets;
using Tests.Unit.Webmail.Servers;
using Webmail.Mail.Imap;

namespace Tests.Unit.Webmail.Jobs;

/// <summary>The way to a mail server, which can be cut: then nobody answers, and what was connected is not any longer.</summary>
internal sealed class MailGate(MailServerOptions server) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly List<TcpClient> _connected = [];
    private TcpListener? _listener;

    public MailServerOptions Options { get; } = FreePort.Plain();

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
            await Task.WhenAny(client.GetStream().CopyToAsync(target.GetStream()), target.GetStream().CopyToAsync(client.GetStream()));
        }
        catch (Exception cut) when (cut is IOException or SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // The gate is cut.
        }

        client.Dispose();
    }
}
