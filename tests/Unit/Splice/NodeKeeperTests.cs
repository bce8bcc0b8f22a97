using System.Diagnostics;
using System.Net;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Splice.Store;

namespace Tests.Unit.Splice;

/// <summary>The loop that watches a store node asks as often as it should.</summary>
public sealed class NodeKeeperTests
{
    private const int Pings = 20;
    private static readonly StoreNode Node = new("store", new IPEndPoint(IPAddress.Loopback, 1));
    private static readonly StoreOptions Options = new()
    {
        Nodes = [Node], ClusterKey = new byte[32], Machine = "here", ProbeInterval = TimeSpan.FromMilliseconds(20),
    };

    [Fact]
    public async Task Suspicion_IsToldWhenTheNodeCountsAgain_CostsOneProbe()
    {
        var link = new CountingLink();
        using var stop = new CancellationTokenSource();
        NodeConnection? connection = null;
        var counts = new TaskCompletionSource();
        // The sender that suspects the node is held up between saying so and telling the keeper.
        connection = new NodeConnection(Node, Options, TimeProvider.System, new LogThatWaits(() => SpinWait.SpinUntil(() => connection!.State == NodeState.Live)));
        var keeper = new NodeKeeper(
            connection, (_, _, _) => Task.FromResult<INodeLink>(link), Options, TimeProvider.System,
            new NodeRefill(Options, () => [], TimeProvider.System, NullLogger.Instance), NullLogger.Instance, _ => { }, _ => counts.TrySetResult());
        var running = keeper.RunAsync(stop.Token);
        await counts.Task;

        await Task.Run(() => connection.Suspect("it is slow"), TestContext.Current.CancellationToken);
        var clock = Stopwatch.StartNew();
        await link.PingedAsync(Pings);

        Assert.True(clock.Elapsed > Options.ProbeInterval * (Pings / 2), $"{Pings} probes in {clock.ElapsedMilliseconds} ms");
        await stop.CancelAsync();
        await running;
    }

    private sealed class CountingLink() : IdleLink("1")
    {
        private readonly SemaphoreSlim _pings = new(0);

        public async Task PingedAsync(int count)
        {
            while (_pings.Wait(0, TestContext.Current.CancellationToken))
            {
                // Before.
            }

            for (var i = 0; i < count; i++)
            {
                await _pings.WaitAsync(TestContext.Current.CancellationToken);
            }
        }

        public override Task PingAsync()
        {
            _pings.Release();
            return base.PingAsync();
        }
    }

    private sealed class LogThatWaits(Action wait) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            wait();
    }
}
