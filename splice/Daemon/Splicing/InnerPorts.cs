using System.Collections.Concurrent;

namespace Splice.Daemon.Splicing;

/// <summary>
/// This proxy's share of the inner addresses' ports, one for all of them. The kernel thinks a port is free once its socket was closed silently,
/// so it must never choose them: we do, and a port returns at the end of the queue only when its flow is gone.
/// </summary>
public sealed class InnerPorts
{
    private readonly ConcurrentQueue<ushort> _free = new();
    private readonly ushort _first;
    private readonly ushort _last;

    public InnerPorts(ushort first, ushort last)
    {
        (_first, _last) = (first, last);
        for (int port = first; port <= last; port++)
        {
            _free.Enqueue((ushort)port);
        }
    }

    /// <summary>Sets aside the ports of flows that an earlier run left behind. Once, before the first <see cref="Take"/>.</summary>
    public void Exclude(IReadOnlySet<ushort> inUse)
    {
        for (var count = _free.Count; count > 0 && _free.TryDequeue(out var port); count--)
        {
            if (!inUse.Contains(port))
            {
                _free.Enqueue(port);
            }
        }
    }

    /// <summary>Null if every port carries a flow.</summary>
    public ushort? Take() => _free.TryDequeue(out var port) ? port : null;

    /// <summary>Ports of another proxy's share are none of our business and ignored.</summary>
    public void Return(ushort port)
    {
        if (port >= _first && port <= _last)
        {
            _free.Enqueue(port);
        }
    }
}
