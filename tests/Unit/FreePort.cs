using System.Net;
using System.Net.Sockets;

namespace Tests.Unit;

/// <summary>
/// Loopback ports for servers that do not choose one themselves. Each is given once, and the kernel gives none of them to anybody (they lie
/// below ip_local_port_range): a server that is stopped finds its port free when it starts again.
/// </summary>
internal static class FreePort
{
    private const int First = 10_000;
    private const int Count = 20_000;
    private static int s_given = Random.Shared.Next(Count);

    public static int Find()
    {
        while (true)
        {
            var port = First + Interlocked.Increment(ref s_given) % Count;
            using var probe = new TcpListener(IPAddress.Loopback, port);
            try
            {
                probe.Start();
                return port;
            }
            catch (SocketException)
            {
                // Somebody else's.
            }
        }
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
