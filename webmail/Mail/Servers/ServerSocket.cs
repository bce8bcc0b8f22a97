using System.Net.Sockets;
using MailKit;
using Webmail.Mail.Imap;

namespace Webmail.Mail.Servers;

/// <summary>
/// Connections to mail servers. A machine that died and was started again knows nothing of them, and says so only to who speaks; whoever waits
/// for an answer would wait in vain. So the kernel speaks (RFC 9293 §3.8.4), and is patient with a path that is only broken for a while.
/// </summary>
internal static class ServerSocket
{
    private const int KeepAliveSeconds = 5;
    private const int KeepAlivesMax = 6;

    public static async Task ConnectAsync(this IMailService client, MailServerOptions server, CancellationToken cancellationToken)
    {
        var socket = await OpenAsync(server, cancellationToken);
        try
        {
            await client.ConnectAsync(socket, server.Host, server.Port, server.Security, cancellationToken);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public static async Task<Socket> OpenAsync(MailServerOptions server, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, KeepAliveSeconds);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, KeepAliveSeconds);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, KeepAlivesMax);
            await socket.ConnectAsync(server.Host, server.Port, cancellationToken);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
