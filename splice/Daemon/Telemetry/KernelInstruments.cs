using System.Diagnostics.Metrics;
using Splice.Daemon.Kernel;
using Splice.Wire.Abi;

namespace Splice.Daemon.Telemetry;

/// <summary>What the kernel program counts, read when somebody asks.</summary>
internal sealed class KernelInstruments
{
    private static readonly KeyValuePair<string, object?>[] Reasons = Labels.Of<SpliceDrop>("reason");
    private readonly Func<ulong[]> _drops;

    /// <param name="meter">Asks.</param>
    /// <param name="drops">Reads the drop counters, indexed by <see cref="SpliceDrop"/>.</param>
    /// <param name="ring">The events.</param>
    public KernelInstruments(Meter meter, Func<ulong[]> drops, EventRing ring)
    {
        _drops = drops;
        meter.CreateObservableCounter("splice.drops", Drops, null, "Packets dropped, by reason.");
        meter.CreateObservableUpDownCounter("splice.events.backlog", () => Backlog(ring), "By", "Events of the kernel program that are not handled yet.");
    }

    private IEnumerable<Measurement<long>> Drops()
    {
        var packets = _drops();
        return Reasons.Select((label, reason) => new Measurement<long>((long)packets[reason], label));
    }

    private static long Backlog(EventRing ring)
    {
        // In this order: the reader may overtake what was read first, and must not seem to be ahead of the writer.
        var handled = ring.ConsumerPosition;
        return (long)(ring.ProducerPosition - handled);
    }
}
