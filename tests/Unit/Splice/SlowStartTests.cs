using System.Net;
using Splice.Daemon.Accept;
using Splice.Daemon.Configuration;
using Splice.Daemon.Routing;

namespace Tests.Unit.Splice;

public sealed class SlowStartTests
{
    private const int BusyFlows = 100;
    private readonly ManualTime _time = new();
    private readonly Router _router;

    public SlowStartTests()
    {
        var backends = Enumerable.Range(1, 3).Select(number => new BackendConfig($"backend{number}", "webmail", new IPEndPoint(IPAddress.Loopback, 8080 + number)));
        _router = new Router(DaemonConfig.Make() with { Backends = [.. backends] }, _time);
        _time.Advance(TimeSpan.FromHours(1));
        Array.ForEach([.. _router.Backends], Return);
    }

    [Fact]
    public void Choose_AllStartAtOnce_NoneIsHeldBack() =>
        Assert.Equal(3, Sessions().Select(session => First(session)).Distinct().Count());

    [Fact]
    public void Choose_OneReturnsWithoutFlows_GetsItsShareAndNotAll()
    {
        OneReturns();
        var before = _router.Backends[0].Flows;
        for (var flow = 0; flow < 30; flow++)
        {
            First(null).CountFlow(1);
        }

        Assert.InRange(_router.Backends[0].Flows - before, 1, 15);
    }

    [Fact]
    public void Choose_OneIsNotReady_GetsFlowsOnlyIfNobodyIs()
    {
        _router.Backends[0].Ready = false;
        Assert.All(Sessions(), session => Assert.NotEqual(_router.Backends[0], First(session)));
        Assert.Equal(_router.Backends[0], _router.Successors(_router.Backends[1])[^1]);

        Array.ForEach([.. _router.Backends], backend => backend.Ready = false);
        Assert.Equal(3, Sessions().Select(session => First(session)).Distinct().Count());
    }

    [Fact]
    public void Choose_ManyComeAtOnce_NotAllGoToTheSame()
    {
        var coming = Enumerable.Range(0, 30).Select(_ => First(null)).Select(backend => (backend, backend.Expect())).ToList();
        Assert.All(_router.Backends, backend => Assert.Equal(10, coming.Count(flow => flow.backend == backend)));
        coming.ForEach(flow => flow.Item2.Dispose());
        Assert.All(_router.Backends, backend => Assert.Equal(0, backend.Load));
    }

    [Fact]
    public void Choose_OneReturned_TakesItsSessionsLittleByLittleAndNeverGivesOneBack()
    {
        var own = Sessions().Where(session => First(session) == _router.Backends[0]).ToHashSet();
        OneReturns();
        var taken = new HashSet<string>();
        var counts = new List<int>();
        for (var second = 0; second <= 10; second++)
        {
            var now = Sessions().Where(session => First(session) == _router.Backends[0]).ToHashSet();
            Assert.Superset(taken, now);
            Assert.Subset(own, now);
            taken = now;
            counts.Add(now.Count);
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(0, counts[0]);
        Assert.InRange(counts[5], own.Count / 3, own.Count * 2 / 3);
        Assert.Equal(own.Count, counts[10]);
    }

    [Fact]
    public void Choose_OnlyOneIsLeft_TakesEverythingHoweverCold()
    {
        foreach (var other in _router.Backends.Skip(1))
        {
            other.Healthy = false;
        }

        Return(_router.Backends[0]);
        Assert.All(Sessions(), session => Assert.Same(_router.Backends[0], First(session)));
    }

    private static IEnumerable<string> Sessions() => Enumerable.Range(0, 600).Select(number => $"session{number}");

    private Backend First(string? session) => _router.Choose(new RequestHead("GET", "/", "webmail.lab", session, 0, null))[0];

    private void OneReturns()
    {
        _time.Advance(TimeSpan.FromHours(1));
        foreach (var other in _router.Backends.Skip(1))
        {
            other.CountFlow(BusyFlows);
        }

        Return(_router.Backends[0]);
    }

    private void Return(Backend backend)
    {
        backend.HealthySince = _time.GetTimestamp();
        backend.Healthy = true;
    }
}
