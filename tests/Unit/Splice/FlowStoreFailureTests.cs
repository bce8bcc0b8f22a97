using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Splice.Store;
using Splice.Wire;

namespace Tests.Unit.Splice;

public sealed class FlowStoreFailureTests : IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly StorePair _pair = new() { UnavailableTimeout = TimeSpan.FromSeconds(1) };
    private readonly FlowId _id = FlowId.NewRandom();

    public ValueTask InitializeAsync() => default;

    public ValueTask DisposeAsync() => _pair.DisposeAsync();

    [Fact]
    public async Task Node_DiesAndReturnsEmpty_IsRefilled()
    {
        var store = _pair.Connect(proxy: true);
        await store.CommitAsync(StorePair.Record(_id, 3), 0, "GET / "u8.ToArray(), None);
        await store.BeginRequestAsync(_id, 3, new(2, 4, 50), "build", 0, [new byte[] { 1 }], None);

        _pair.First.Kill();
        Assert.True(await store.AppendEntriesAsync(_id, 3, 2, 1, [new byte[] { 2 }], None));
        Assert.True(await store.AppendInputAsync(_id, 3, 6, "more"u8.ToArray(), None));
        Assert.False(store.Nodes[0].Healthy);
        _pair.First.Start();
        await StorePair.UntilAsync(() => store.Nodes[0].Healthy, "the first node is healthy again");
        _pair.Second.Kill();

        var alone = _pair.Connect(false, _pair.Nodes[0]);
        var flow = await alone.ReadAsync(_id, None);
        var journal = await alone.ReadJournalAsync(_id, None);
        Assert.Equal(StorePair.Record(_id, 3), flow!.Record);
        Assert.Equal(new RequestStart(2, 4, 50), flow.Request);
        Assert.Equal([1, 2], journal.Entries.Select(entry => (int)entry.Span[0]));
        Assert.Equal("/ more", Encoding.UTF8.GetString((await alone.ReadInputAsync(_id, 4, None)).Span));
    }

    [Fact]
    public async Task Node_BreaksInTheMiddleOfItsRefill_IsConnectedAnew()
    {
        const int flows = 400;
        var store = _pair.Connect(proxy: true);
        for (var i = 0; i < flows; i++)
        {
            await store.CommitAsync(StorePair.Record(FlowId.NewRandom(), 1), 0, "GET / "u8.ToArray(), None);
        }

        _pair.First.Kill();
        await StorePair.UntilAsync(() => !store.Nodes[0].Healthy, "the first node is missed");
        _pair.First.Start();
        for (var i = 0; i < 20; i++)
        {
            _pair.First.CloseConnections();
        }

        await StorePair.UntilAsync(() => store.Nodes[0].Healthy, "the first node is healthy again");
        _pair.Second.Kill();
        Assert.Equal(flows, (await _pair.Connect(true, _pair.Nodes[0]).ScanAsync(None).ToListAsync(None)).Count);
    }

    [Fact]
    public async Task Node_ReturnsEmptyWhileTheOtherIsAway_IsRefilledWhenThatReturns()
    {
        var store = _pair.Connect(proxy: true);
        await store.CommitAsync(StorePair.Record(_id, 1), 0, "GET / "u8.ToArray(), None);
        await StorePair.UntilAsync(() => store.Nodes.All(node => node.Healthy), "both nodes have the flow");
        _pair.Second.Freeze();
        _pair.First.Kill();
        await StorePair.UntilAsync(() => !store.Nodes[0].Healthy, "the first node is missed");
        _pair.First.Start();
        var other = StorePair.Record(FlowId.NewRandom(), 1);
        while (!await store.CommitAsync(other, 0, default, None))
        {
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }

        Assert.False(store.Nodes[0].Healthy);
        _pair.Second.Thaw();
        await StorePair.UntilAsync(() => store.Nodes.All(node => node.Healthy), "both nodes are healthy again");

        foreach (var node in _pair.Nodes)
        {
            var flows = await _pair.Connect(true, node).ScanAsync(None).ToListAsync(None);
            Assert.Equal(new HashSet<FlowId> { _id, other.Id }, flows.Select(flow => flow.Id).ToHashSet());
        }
    }

    /// <summary>Two machines die soon after each other: the first is back before this process has noticed.</summary>
    [Fact]
    public async Task Node_ReturnsSoonAfterTheLastOneDied_WritesWaitForItInTheirOrder()
    {
        var store = _pair.Connect(proxy: true);
        await store.CommitAsync(StorePair.Record(_id, 1), 0, default, None);
        _pair.First.Freeze();
        await store.AppendInputAsync(_id, 1, 0, "ab"u8.ToArray(), None);
        Assert.False(store.Nodes[0].Healthy);
        _pair.Second.Freeze();
        await StorePair.UntilAsync(() => !store.Nodes[1].Healthy, "the second node is missed");
        Task<bool>[] writes = [store.AppendInputAsync(_id, 1, 2, "cd"u8.ToArray(), None), store.AppendInputAsync(_id, 1, 4, "ef"u8.ToArray(), None)];
        _pair.Second.Thaw();

        Assert.All(await Task.WhenAll(writes), Assert.True);
        Assert.Equal("abcdef", Encoding.UTF8.GetString((await _pair.Connect(false, _pair.Nodes[1]).ReadInputAsync(_id, 0, None)).Span));
    }

    [Fact]
    public async Task Subscription_Breaks_StoreSaysThatChangesMayBeMissing()
    {
        var store = _pair.Connect(proxy: true);
        await store.CommitAsync(StorePair.Record(_id, 1), 0, default, None);
        var reconnected = 0;
        store.Reconnected += _ => Interlocked.Increment(ref reconnected);

        _pair.First.CloseSubscriptions();

        await StorePair.UntilAsync(() => Volatile.Read(ref reconnected) > 0, "the store asks for a scan");
    }

    [Fact]
    public async Task Node_GivenUpDuringAWrite_FailsNothing()
    {
        // So patient that the probe finds out first and closes the connection under the write.
        var options = new StoreOptions
        {
            Nodes = _pair.Nodes, ClusterKey = StorePair.ClusterKey, Machine = "backend1", NodeTimeout = TimeSpan.FromSeconds(10),
        };
        await using var store = FlowStore.Connect(options, TimeProvider.System, NullLogger<FlowStore>.Instance);
        await store.CommitAsync(StorePair.Record(_id, 1), 0, default, None);

        _pair.Second.Freeze();

        Assert.True(await store.RaiseFenceAsync(_id, 2, None));
        Assert.False(store.Nodes[1].Healthy);
    }

    [Fact]
    public async Task Scan_NodeGivenUpMeanwhile_GoesOnWithTheOther()
    {
        var store = _pair.Connect(proxy: true);
        await store.CommitAsync(StorePair.Record(_id, 1), 0, default, None);

        _pair.Second.Freeze();

        Assert.Single(await store.ScanAsync(None).ToListAsync(None));
        Assert.False(store.Nodes[1].Healthy);
    }

    [Fact]
    public async Task Node_Freezes_IsSkippedThenBroughtUpToDate()
    {
        var store = _pair.Connect();
        await store.CommitAsync(StorePair.Record(_id, 1), 0, default, None);

        _pair.Second.Freeze();
        await store.AppendInputAsync(_id, 1, 0, "abc"u8.ToArray(), None);
        await store.RaiseFenceAsync(_id, 2, None);
        await store.AppendInputAsync(_id, 2, 3, "def"u8.ToArray(), None);
        Assert.False(store.Nodes[1].Healthy);
        _pair.Second.Thaw();
        await StorePair.UntilAsync(() => store.Nodes[1].Healthy, "the second node is healthy again");
        _pair.First.Kill();

        var alone = _pair.Connect(false, _pair.Nodes[1]);
        Assert.Equal(2UL, (await alone.ReadAsync(_id, None))!.Fence);
        Assert.Equal("abcdef", Encoding.UTF8.GetString((await alone.ReadInputAsync(_id, 0, None)).Span));
    }

    [Fact]
    public async Task Flow_OverAndForgottenWhileANodeWasFrozen_DoesNotComeBack()
    {
        var store = _pair.Connect(proxy: true);
        await store.CommitAsync(StorePair.Record(_id, 1), 0, default, None);

        _pair.Second.Freeze();
        await store.AppendInputAsync(_id, 1, 0, "abc"u8.ToArray(), None);
        Assert.False(store.Nodes[1].Healthy);
        await store.RemoveAsync(_id, 1, None);
        _pair.First.Expire($"flow:{_id}");
        _pair.Second.Thaw();
        await StorePair.UntilAsync(() => store.Nodes[1].Healthy, "the second node is healthy again");

        Assert.Empty(await store.ScanAsync(None).ToListAsync(None));
    }

    [Fact]
    public async Task Replicate_AfterAWriterSkippedANode_BringsItsWritesToBoth()
    {
        var store = _pair.Connect(proxy: true);
        await store.CommitAsync(StorePair.Record(_id, 1), 0, "GET "u8.ToArray(), None);
        await _pair.Connect(false, _pair.Nodes[0]).AppendInputAsync(_id, 1, 4, "/"u8.ToArray(), None);

        await store.ReplicateAsync(None);

        var alone = _pair.Connect(false, _pair.Nodes[1]);
        Assert.Equal("GET /", Encoding.UTF8.GetString((await alone.ReadInputAsync(_id, 0, None)).Span));
    }

    [Fact]
    public async Task AllNodes_Dead_WritesGoOnUnprotectedAndReadsFail()
    {
        var store = _pair.Connect();
        await store.CommitAsync(StorePair.Record(_id, 1), 0, default, None);
        _pair.First.Kill();
        _pair.Second.Kill();

        Assert.False(await store.AppendInputAsync(_id, 1, 0, new byte[1], None));

        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await store.ReadAsync(_id, None));
        Assert.False(store.IsProtected);
    }

    [Fact]
    public async Task Writers_KeepOrder_WhileANodeComesAndGoes()
    {
        var store = _pair.Connect();
        await store.BeginRequestAsync(_id, 1, new(1, 0, 0), "b", 0, [], None);
        for (var i = 0; i < 200; i++)
        {
            if (i == 50)
            {
                _pair.First.Kill();
            }
            else if (i == 120)
            {
                _pair.First.Start();
            }

            await store.AppendEntriesAsync(_id, 1, 1, i, [BitConverter.GetBytes(i)], None);
        }

        await StorePair.UntilAsync(() => store.Nodes[0].Healthy, "the first node is healthy again");
        _pair.Second.Kill();
        var alone = _pair.Connect(false, _pair.Nodes[0]);
        var journal = await alone.ReadJournalAsync(_id, None);

        Assert.Equal(Enumerable.Range(0, 200), journal.Entries.Select(entry => BitConverter.ToInt32(entry.Span)));
    }
}
