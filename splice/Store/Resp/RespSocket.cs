using System.Net.Sockets;
using StackExchange.Redis;

namespace Splice.Store;

/// <summary>What the two connections of our own to a node have in common: a thread that waits in its socket.</summary>
internal static class RespSocket
{
    private const int ReceiveBytes = 64 * 1024;

    /// <summary>A larger buffer was for one large answer.</summary>
    public const int BufferBytesKept = 1024 * 1024;

    /// <exception cref="RedisConnectionException">The node does not answer.</exception>
    public static async Task<Socket> ConnectAsync(StoreNode node, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var socket = new Socket(node.EndPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(timeout);
        try
        {
            // Not ConnectAsync: the socket would never block again, and its thread could not simply wait in it.
            await using var giveUp = limit.Token.Register(socket.Dispose);
            await Task.Run(() => socket.Connect(node.EndPoint), CancellationToken.None);
            return socket;
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            socket.Dispose();
            cancellationToken.ThrowIfCancellationRequested();
            throw new RedisConnectionException(ConnectionFailureType.UnableToConnect, $"no connection to {node.EndPoint}: {e.Message}");
        }
    }

    /// <summary>Hands out what the server sends until the connection ends; says why it did.</summary>
    public static string Receive(Socket socket, Action<RedisResult> take)
    {
        var buffer = new byte[ReceiveBytes];
        var (start, end) = (0, 0);
        try
        {
            while (true)
            {
                var received = socket.Receive(buffer.AsSpan(end));
                if (received == 0)
                {
                    return "the server closed the connection";
                }

                end += received;
                while (RespReader.TryRead(buffer.AsSpan(start, end - start), out var answer, out var consumed))
                {
                    start += consumed;
                    take(answer);
                }

                (start, end) = MakeRoom(ref buffer, start, end);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or RedisException)
        {
            return e.Message;
        }
    }

    /// <summary>Ends the wait of the thread that receives.</summary>
    public static void Wake(Socket socket)
    {
        try
        {
            socket.Shutdown(SocketShutdown.Both);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It is closed already.
        }
    }

    private static (int Start, int End) MakeRoom(ref byte[] buffer, int start, int end)
    {
        var waiting = end - start;
        if (waiting > 0 && start > 0)
        {
            buffer.AsSpan(start, waiting).CopyTo(buffer);
        }

        if (waiting == buffer.Length)
        {
            Array.Resize(ref buffer, 2 * buffer.Length);
        }
        else if (waiting == 0 && buffer.Length > BufferBytesKept)
        {
            buffer = new byte[ReceiveBytes];
        }

        return (0, waiting);
    }
}
