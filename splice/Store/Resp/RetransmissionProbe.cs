using System.Diagnostics;
using System.Net.Sockets;
using Splice.Wire;

namespace Splice.Store;

/// <summary>Tells a node that is late from a network that lost what was said: TCP counts what it had to say again. What the other
/// end repeats is not counted here.</summary>
internal sealed class RetransmissionProbe(Socket socket)
{
    private readonly Lock _lock = new();
    private uint _counted;
    private long _seenAt;

    /// <summary>Something was sent again, and that showed at this time or later. A system call. What was seen before the socket was
    /// closed stays true.</summary>
    /// <param name="timestamp">As <see cref="Stopwatch.GetTimestamp"/>.</param>
    public bool HasSeenAnySince(long timestamp)
    {
        lock (_lock)
        {
            if (TcpInfo.Retransmissions(socket) is { } count && count != _counted)
            {
                (_counted, _seenAt) = (count, Stopwatch.GetTimestamp());
            }

            return _seenAt >= timestamp;
        }
    }
}
