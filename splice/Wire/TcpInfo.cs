using System.Buffers.Binary;
using System.Net.Sockets;

namespace Splice.Wire;

/// <summary>What Linux counts for a TCP connection: single fields of <c>struct tcp_info</c> (linux/tcp.h). A system call each.</summary>
public static class TcpInfo
{
    private const int ProtocolTcp = 6;
    private const int Option = 11;

    // 8 single bytes and 23 words come before tcpi_total_retrans; two pacing rates are between it and tcpi_bytes_acked (Linux 4.1).
    private const int TotalRetransOffset = 8 + 23 * sizeof(uint);
    private const int BytesAckedOffset = TotalRetransOffset + sizeof(uint) + 2 * sizeof(ulong);

    /// <summary>How many segments this end has sent again.</summary>
    /// <returns>Null if the socket is closed.</returns>
    public static uint? Retransmissions(Socket socket)
    {
        Span<byte> info = stackalloc byte[TotalRetransOffset + sizeof(uint)];
        return TryRead(socket, info) ? BinaryPrimitives.ReadUInt32LittleEndian(info[TotalRetransOffset..]) : null;
    }

    /// <summary>How many bytes of this end's output the other end has acknowledged.</summary>
    /// <returns>Null if the socket is closed.</returns>
    public static ulong? BytesAcknowledged(Socket socket)
    {
        Span<byte> info = stackalloc byte[BytesAckedOffset + sizeof(ulong)];
        return TryRead(socket, info) ? BinaryPrimitives.ReadUInt64LittleEndian(info[BytesAckedOffset..]) : null;
    }

    private static bool TryRead(Socket socket, Span<byte> info)
    {
        try
        {
            return socket.GetRawSocketOption(ProtocolTcp, Option, info) == info.Length;
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return false;
        }
    }
}
