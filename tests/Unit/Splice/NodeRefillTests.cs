using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Splice.Store;
using Splice.Wire;
using StackExchange.Redis;

namespace Tests.Unit.Splice;

/// <summary>A store node that was away is given what it lacks, and nobody believes before then that it has everything.</summary>
public sealed class NodeRefillTests
{
    private static readonly StoreNode[] Nodes =
        [new("first", new IPEndPoint(IPAddress.Loopback, 1)), new("second", new IPEndPoint(IPAddress.Loopback, 2))];
    private static readonly StoreOptions Options = new()
    {
        Nodes = Nodes, ClusterKey = new byte[32], Machine = "here", ProbeInterval = TimeSpan.FromMilliseconds(5), RefillEverything = true,
    };
    private readonly NodeConnection _target = Connection(Nodes[0]);
    private readonly NodeConnection _source = Connection(Nodes[1]);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Run_SourceIsLostDuringItsScanAndBackAtOnce_IsNotAll()
    {
        _source.Connected(new ScannedLink(LostAsync));
        _source.Enter(NodeState.Live);
        _target.Connected(new IdleLink("1"));
        _target.Enter(NodeState.Refilling);

        Assert.False(await Refill(() => [_target, _source]).RunAsync(_target, NodeDebt.OfEverything(), Cancelled));
        Assert.Equal(NodeState.Live, _source.State);

        async IAsyncEnumerable<FlowId> LostAsync()
        {
            yield return FlowId.NewRandom();
            _source.Suspect("it is silent");
            await _source.DisconnectAsync();
            _source.Connected(new IdleLink("1"));
            _source.Enter(NodeState.Live);
            throw new RedisConnectionException(ConnectionFailureType.ConnectionDisposed, "closed");
        }
    }

    [Fact]
    public async Task Keeper_NodeBeganAnew_LacksFlowsBeforeItIsAsked()
    {
        using var stop = new CancellationTokenSource();
        var before = new IdleLink("1");
        var links = new Queue<IdleLink>([before, new IdleLink("2")]);
        var isLive = new TaskCompletionSource();
        var lacksFlows = new TaskCompletionSource<bool>();
        var keeper = new NodeKeeper(
            _target,
            (_, _, _) => Task.FromResult<INodeLink>(links.Dequeue()),
            Options,
            TimeProvider.System,
            Refill(() =>
            {
                lacksFlows.TrySetResult(_target.LacksFlows);
                return [_target];
            }),
            NullLogger.Instance,
            _ => { },
            _ => isLive.TrySetResult());

        var running = keeper.RunAsync(stop.Token);
        await isLive.Task;
        Assert.False(_target.LacksFlows);
        before.IsBroken = true;

        Assert.True(await lacksFlows.Task);
        await stop.CancelAsync();
        await running;
    }

    private static NodeConnection Connection(StoreNode node) => new(node, Options, TimeProvider.System, NullLogger.Instance);

    private static NodeRefill Refill(Func<IReadOnlyList<NodeConnection>> nodes) => new(Options, nodes, TimeProvider.System, NullLogger.Instance);

    private sealed class ScannedLink(Func<IAsyncEnumerable<FlowId>> scan) : IdleLink("1")
    {
        public override IAsyncEnumerable<FlowId> ScanAsync(CancellationToken cancellationToken) => scan();
    }
}
