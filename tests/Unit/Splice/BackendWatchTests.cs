using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging.Abstractions;
using Splice.Daemon.Detection;
using Splice.Daemon.Flows;
using Splice.Daemon.Handover;
using Splice.Daemon.Routing;
using Splice.Daemon.Takeover;
using Splice.Daemon.Telemetry;
using Splice.Wire;
using Tests.Support;

namespace Tests.Unit.Splice;

/// <summary>What a backend that was taken for dead and returns says about how long to wait for it the next time.</summary>
public sealed class BackendWatchTests : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Absence = TimeSpan.FromMilliseconds(400);
    private readonly ManualTime _time = new();
    private readonly KernelMemory _memory = new();
    private readonly Meter _meter = new("test");
    private readonly Backend _backend;
    private readonly BackendWatch _watch;
    private ulong _sequence;

    public BackendWatchTests()
    {
        var config = DaemonConfig.Make();
        var router = new Router(config, _time);
        var queue = new HandoverQueue(config, _time, NullLogger<HandoverQueue>.Instance);
        var evacuation = new BackendEvacuation(new FlowDirectory(16), _memory.Flows, queue, new ActiveState(config));
        _watch = new BackendWatch(router, evacuation, new Durations(_meter), _time, NullLogger<BackendWatch>.Instance);
        _backend = router.Backends[0];
        Beat();
        Beat(Interval);
    }

    public void Dispose()
    {
        _memory.Dispose();
        _meter.Dispose();
    }

    [Fact]
    public void WasLate_IsWaitedForLonger()
    {
        Die();

        Beat();
        Beat(Interval);

        Assert.Equal(2 * Absence, _backend.Patience.Current);
    }

    [Fact]
    public void ItsHeartbeatsWereLost_IsNotWaitedForLonger()
    {
        var patience = _backend.Patience.Current;
        Die();

        _sequence += (ulong)(Absence / Interval);
        Beat();
        Beat(Interval);

        Assert.Equal(patience, _backend.Patience.Current);
    }

    [Fact]
    public void ItsHeartbeatsWereHeldBack_IsNotWaitedForLonger()
    {
        var patience = _backend.Patience.Current;
        Die();

        for (var held = 0; held < Absence / Interval; held++)
        {
            Beat(TimeSpan.FromMilliseconds(0.1));
        }

        Beat(Interval);
        Beat(Interval);

        Assert.Equal(patience, _backend.Patience.Current);
    }

    private void Beat(TimeSpan after = default)
    {
        _time.Advance(after);
        _watch.Beat(new Heartbeat("backend1", 1, ++_sequence, 0, 2, true, false, "1.0"), _time.GetTimestamp());
    }

    private void Die()
    {
        _time.Advance(Absence);
        _watch.Judge(_time.GetTimestamp(), TimeSpan.Zero, TimeSpan.Zero);
        Assert.False(_backend.Healthy);
    }
}
