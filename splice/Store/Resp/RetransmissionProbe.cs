using System.Buffers.Binary;
using System.Diagnostics;
using System.Net.Sockets;

namespace Splice.Store;

/// <summary>Tells a node that is late from a network that lost what was said: TCP counts what it had to say again. What the other
/// end repeats is not counted here.</summary>
internal sealed class RetransmissionProbe(Socket socket)
{
    private const int ProtocolTcp = 6;
    private const int TcpInfo = 11;

    // struct tcp_info of linux/tcp.h: 8 single bytes, 23 words, then tcpi_total_retrans.
    private const int TotalRetransOffset = 8 + 23 * 4;
    private readonly Lock _lock = new();
    private uint _counted;
    private long _seenAt;

    /// <summary>Something was sent again, and that showed at this time or later. A system call.</summary>
    /// <param name="timestamp">As <see cref="Stopwatch.GetTimestamp"/>.</param>
    public bool HasSeenAnySince(long timestamp)
    {
        Span<byte> info = stackalloc byte[TotalRetransOffset + sizeof(uint)];
        lock (_lock)
        {
            try
            {
                var length = socket.GetRawSocketOption(ProtocolTcp, TcpInfo, info);
                var count = BinaryPrimitives.ReadUInt32LittleEndian(info[TotalRetransOffset..]);
                if (length == info.Length && count != _counted)
                {
                    (_counted, _seenAt) = (count, Stopwatch.GetTimestamp());
                }
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                // What was seen before stays true.
            }

            return _seenAt >= timestamp;
        }
    }
}
