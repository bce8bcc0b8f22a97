using System.Collections.Concurrent;
using Splice.Daemon.Kernel;
using Splice.Wire.Abi;

namespace Tests.Kernel;

/// <summary>An event and its payload, kept.</summary>
public sealed record LoggedEvent(SpliceEventType Type, uint Slot, uint Generation, uint Fence, uint Seq, byte[] Payload);

/// <summary>Collects everything the program says.</summary>
internal sealed class EventLog : IDisposable
{
    private static readonly TimeSpan PatienceMax = TimeSpan.FromSeconds(5);

    private readonly EventRing _ring;
    private readonly ConcurrentQueue<LoggedEvent> _events = [];

    public EventLog(EventRing ring)
    {
        _ring = ring;
        _ring.Start((in SpliceEvent header, ReadOnlySpan<byte> payload) =>
            _events.Enqueue(new(header.Type, header.Slot, header.Generation, header.Fence, header.Seq, payload.ToArray())));
    }

    /// <summary>What was said since the last call; waits until the reader has caught up.</summary>
    public IReadOnlyList<LoggedEvent> TakeAll()
    {
        Assert.True(SpinWait.SpinUntil(() => _ring.ConsumerPosition == _ring.ProducerPosition, PatienceMax));
        var taken = new List<LoggedEvent>();
        while (_events.TryDequeue(out var logged))
            taken.Add(logged);
        return taken;
    }

    public void Dispose() => _ring.Dispose();
}
