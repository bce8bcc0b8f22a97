using System.Net.Sockets;
using Splice.Daemon.Splicing;
using Splice.Wire;
using Tests.Simulation.Network;

namespace Tests.Simulation.Proxies;

/// <summary>A leg that still is a socket of a proxy's kernel. Frozen, it says nothing more, and closing it says nothing.</summary>
internal sealed class SimulatedLeg : ILegSocket
{
    private readonly TcpEnd _tcp;
    private readonly Action _closed;
    private readonly Action _read;
    private readonly List<byte> _unread = [];
    private bool _isFrozen;
    private bool _isEstablished = true;
    private bool _isReset;

    /// <param name="tcp">The kernel's end.</param>
    /// <param name="closed">The kernel forgets it.</param>
    /// <param name="read">Somebody has taken what it holds.</param>
    public SimulatedLeg(TcpEnd tcp, Action closed, Action read)
    {
        (_tcp, _closed, _read) = (tcp, closed, read);
        tcp.Received = _unread.AddRange;
        tcp.Finished = () => _isEstablished = false;
        tcp.Reset = () => (_isEstablished, _isReset) = (false, true);
    }

    public FlowEnd Local => _tcp.Local;

    public FlowEnd Remote => _tcp.Remote;

    public int Available => _unread.Count;

    public int Unacknowledged => (int)(_tcp.WriteSeq - _tcp.Unacknowledged);

    public LegInfo ReadInfo() => new(_isEstablished, PeerEnded: false, Sack: false, 0, 0, TcpEnd.SegmentBytesMax);

    public LegNumbers ReadNumbers() => _isFrozen
        ? new LegNumbers(_tcp.WriteSeq, _tcp.Expected, _tcp.PeerWindow)
        : throw new InvalidOperationException("numbers of a leg that is not frozen");

    public void Freeze() => _isFrozen = true;

    public void Thaw() => _isFrozen = false;

    public ValueTask<int> SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        if (_isReset)
        {
            throw new SocketException((int)SocketError.ConnectionReset);
        }

        _tcp.Write(bytes.Span);
        return new ValueTask<int>(bytes.Length);
    }

    /// <summary>Nobody waits here: what is asked for is there.</summary>
    public ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        var count = Math.Min(buffer.Length, _unread.Count);
        _unread.GetRange(0, count).ToArray().CopyTo(buffer);
        _unread.RemoveRange(0, count);
        _read();
        return new ValueTask<int>(count);
    }

    public void Abort()
    {
        _tcp.Abort();
        _closed();
    }

    public void Dispose()
    {
        if (!_isFrozen)
        {
            Abort();
            return;
        }

        _tcp.Vanish();
        _closed();
    }
}
