namespace Splice.Hooks;

/// <summary>A clock that stands at the request's instant. Timers made from it run in real time: they must not show.</summary>
internal sealed class RequestTime(DateTimeOffset instant) : TimeProvider
{
    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => instant;

    public override long GetTimestamp() => instant.UtcTicks;
}
