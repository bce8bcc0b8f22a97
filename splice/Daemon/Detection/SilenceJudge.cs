using Splice.Daemon.Configuration;
using Splice.Daemon.Handover;
using Splice.Wire;

namespace Splice.Daemon.Detection;

/// <summary>Judges backends with hooks at every tick. The time by which a tick came late is ours, and forgiven to all.</summary>
internal sealed class SilenceJudge(SplicedConfig config, BackendWatch watch, HandoverQueue handovers, TimeProvider time)
{
    public static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(10);
    private long _ticked = time.GetTimestamp();

    /// <summary>Whatever has been received must have been told to the watch before.</summary>
    public void Judge()
    {
        var now = time.GetTimestamp();
        var late = time.GetElapsedTime(_ticked, now) - 2 * Tick;
        var least = handovers.IsCrowded ? config.Limits.HeartbeatTimeoutMax : TimeSpan.Zero;
        watch.Judge(now, late > TimeSpan.Zero ? late : TimeSpan.Zero, least);
        _ticked = now;
    }
}
