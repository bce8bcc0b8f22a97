using System.Buffers.Binary;
using System.Net.Sockets;

namespace Splice.Hooks;

/// <summary>
/// Asks the kernel how much of a connection's output the client has acknowledged; the splice translates the client's
/// acknowledgements, so the backend's kernel knows.
/// </summary>
internal sealed class AckProbe(Socket? socket)
{
    private const int ProtocolTcp = 6;
    private const int TcpInfo = 11;

    // struct tcp_info of linux/tcp.h: 8 single bytes, 24 words, two pacing rates, then tcpi_bytes_acked (since 4.1).
    private const int BytesAckedOffset = 8 + 24 * 4 + 2 * 8;

    /// <summary>Without a socket, as in tests over pipes, everything counts as acknowledged.</summary>
    public bool IsAcknowledged(ulong bytes)
    {
        if (socket is null)
        {
            return true;
        }

        Span<byte> info = stackalloc byte[BytesAckedOffset + 8];
        try
        {
            return socket.GetRawSocketOption(ProtocolTcp, TcpInfo, info) == info.Length
                && BinaryPrimitives.ReadUInt64LittleEndian(info[BytesAckedOffset..]) >= bytes;
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return false;
        }
    }
}
