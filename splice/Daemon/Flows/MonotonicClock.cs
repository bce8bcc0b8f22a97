using System.Diagnostics;

namespace Splice.Daemon.Flows;

/// <summary>The kernel program's clock, CLOCK_MONOTONIC, which on Linux also is Stopwatch's.</summary>
internal static class MonotonicClock
{
    public static ulong NowNs => (ulong)Stopwatch.GetTimestamp();
}
