using Splice.Wire.Abi;

namespace Splice.Daemon.Flows;

/// <summary>
/// What the kernel program has forwarded in all, flows that ended included. The numbers of a flow lie in its slot and go with
/// it, so they are taken over before; a total never goes down, which a scraper would take for a restart. Locked by itself.
/// </summary>
public sealed class Traffic
{
    private readonly Lock _lock = new();
    private TrafficNumbers _gone;
    private TrafficNumbers _told;

    /// <summary>Takes over the numbers of a slot whose flow ends or begins anew.</summary>
    internal void Retire(ref SpliceFlow slot)
    {
        var numbers = TrafficNumbers.Of(slot);
        (slot.PacketsIn, slot.PacketsOut, slot.BytesIn, slot.BytesOut) = (0, 0, 0, 0);
        lock (_lock)
        {
            _gone += numbers;
        }
    }

    /// <summary>A slot begins to count there: those bytes came to the backend in another way.</summary>
    internal void BeginAt(ulong bytesIn)
    {
        lock (_lock)
        {
            _gone += new TrafficNumbers(0, 0, -(long)bytesIn, 0);
        }
    }

    /// <param name="present">Sum over the slots in use.</param>
    internal TrafficNumbers Total(TrafficNumbers present)
    {
        lock (_lock)
        {
            return _told = TrafficNumbers.Max(_told, _gone + present);
        }
    }
}

/// <summary>Packets and bytes of payload towards backends (in) and towards clients (out).</summary>
public readonly record struct TrafficNumbers(long PacketsIn, long PacketsOut, long BytesIn, long BytesOut)
{
    public static TrafficNumbers operator +(TrafficNumbers one, TrafficNumbers other) => new(
        one.PacketsIn + other.PacketsIn, one.PacketsOut + other.PacketsOut, one.BytesIn + other.BytesIn, one.BytesOut + other.BytesOut);

    internal static TrafficNumbers Of(in SpliceFlow slot) =>
        new((long)slot.PacketsIn, (long)slot.PacketsOut, (long)slot.BytesIn, (long)slot.BytesOut);

    internal static TrafficNumbers Max(TrafficNumbers one, TrafficNumbers other) => new(
        Math.Max(one.PacketsIn, other.PacketsIn), Math.Max(one.PacketsOut, other.PacketsOut),
        Math.Max(one.BytesIn, other.BytesIn), Math.Max(one.BytesOut, other.BytesOut));
}
