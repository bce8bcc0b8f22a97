using System.Diagnostics;

namespace Splice.Daemon.Flows;

/// <summary>The kernel program's clock, CLOCK_MONOTONIC, which on Linux also is Stopwatch's.</summary>
internal static class MonotonicClock
{
    private const ulong NsPerTick = 100;

    public static ulong NowNs => (ulong)Stopwatch.GetTimestamp();

    /// <summary>Time since a moment of that clock; none if it lies ahead.</summary>
    public static TimeSpan Since(ulong ns) => NowNs is var now && now > ns ? TimeSpan.FromTicks((long)((now - ns) / NsPerTick)) : TimeSpan.Zero;
}
