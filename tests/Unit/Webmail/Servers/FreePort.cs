using System.Net;
using System.Net.Sockets;
using MailKit.Security;
using Webmail.Mail.Imap;

namespace Tests.Unit.Webmail.Servers;

/// <summary>Loopback ports for servers that do not choose one themselves.</summary>
internal static class FreePort
{
    /// <summary>Where a server without TLS is to answer.</summary>
    public static MailServerOptions Plain() => new("127.0.0.1", Find(), SecureSocketOptions.None);

    public static int Find()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    public static bool Answers(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Connect(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
