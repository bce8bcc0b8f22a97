namespace Splice.Daemon.Flows;

/// <summary>The kernel program's clock, CLOCK_MONOTONIC: on Linux the one of <see cref="TimeProvider.System"/>, in nanoseconds.</summary>
internal static class MonotonicClock
{
    private const ulong NsPerTick = 100;

    public static ulong NowNs(this TimeProvider time) => (ulong)time.GetTimestamp();

    /// <summary>Time since a moment of that clock; none if it lies ahead.</summary>
    public static TimeSpan SinceNs(this TimeProvider time, ulong ns) =>
        time.NowNs() is var now && now > ns ? TimeSpan.FromTicks((long)((now - ns) / NsPerTick)) : TimeSpan.Zero;
}
