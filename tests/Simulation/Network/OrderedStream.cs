using Tests.Simulation.Engine;

namespace Tests.Simulation.Network;

/// <summary>One direction of a TCP connection, seen from above: messages arrive in order, or wait while there is no way.</summary>
internal sealed class OrderedStream(World world, Wires wires, Machine from, Machine to)
{
    private static readonly TimeSpan Retransmission = TimeSpan.FromMilliseconds(20);
    private readonly Queue<Action> _underWay = new();
    private long _lastNs;
    private bool _isClosed;

    /// <summary>When a message was sent again the last time.</summary>
    public long RepeatedNs { get; private set; } = -1;

    public void Send(Action arrives)
    {
        _underWay.Enqueue(arrives);
        _lastNs = Math.Max(_lastNs, world.NowNs + World.Ns(wires.Delay(from, to)));
        world.At(_lastNs, Pump);
    }

    public void Close()
    {
        _isClosed = true;
        _underWay.Clear();
    }

    private void Pump()
    {
        if (_isClosed || _underWay.Count == 0)
        {
            return;
        }

        if (Wires.Reaches(from, to))
        {
            _underWay.Dequeue()();
        }
        else
        {
            RepeatedNs = world.NowNs;
            world.After(Retransmission, Pump);
        }
    }
}
