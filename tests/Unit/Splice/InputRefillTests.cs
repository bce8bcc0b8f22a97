using Splice.Store;
using Splice.Wire;

namespace Tests.Unit.Splice;

/// <summary>A node that was away is given a long input log while the flow goes on.</summary>
public sealed class InputRefillTests : IAsyncLifetime
{
    private const int InputBytes = 40 << 20;
    private const int AppendBytes = 2000;
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly StorePair _pair = new() { InputBytesMax = 1 << 30 };
    private readonly FlowId _id = FlowId.NewRandom();

    public ValueTask InitializeAsync() => default;

    public ValueTask DisposeAsync() => _pair.DisposeAsync();

    [Fact]
    public async Task Node_ReturnsEmptyWhileTheClientGoesOn_HasAllOfTheInput()
    {
        var store = await CommitAsync();
        await LoseFirstAsync(store);

        var end = await AppendUntilHealthyAsync(store, InputBytes);

        await AssertBothHaveAsync(0, end);
    }

    [Fact]
    public async Task Node_MissedPartOfTheInputWhileTheClientGoesOn_HasAllOfIt()
    {
        var store = await CommitAsync();
        _pair.First.Freeze();
        await AppendAsync(store, InputBytes, AppendBytes);
        Assert.False(store.Nodes[0].Healthy);
        await AppendAsync(store, InputBytes + AppendBytes, 3 << 20);
        _pair.First.Thaw();

        var end = await AppendUntilHealthyAsync(store, InputBytes + AppendBytes + (3 << 20));

        await AssertBothHaveAsync(0, end);
    }

    [Fact]
    public async Task Node_BreaksInTheMiddle_IsRefilledBeforeItCounts()
    {
        var store = await CommitAsync();
        await LoseFirstAsync(store);
        await StorePair.UntilAsync(() => _pair.First.Keys().Contains(Pieces), "some of the input is there");

        _pair.First.CloseConnections();
        await StorePair.UntilAsync(() => store.Nodes[0].Healthy, "the first node is healthy again");

        await AssertBothHaveAsync(0, InputBytes);
    }

    [Fact]
    public async Task Node_DiesInTheMiddle_IsRefilledBeforeItCounts()
    {
        var store = await CommitAsync();
        await LoseFirstAsync(store);
        await StorePair.UntilAsync(() => _pair.First.Keys().Contains(Pieces), "some of the input is there");

        _pair.First.Kill();
        await StorePair.UntilAsync(() => !store.Nodes[0].Healthy, "the first node is missed");
        _pair.First.Start();
        await StorePair.UntilAsync(() => store.Nodes[0].Healthy, "the first node is healthy again");

        await AssertBothHaveAsync(0, InputBytes);
    }

    [Fact]
    public async Task Source_BreaksInTheMiddle_NodeIsRefilledBeforeItCounts()
    {
        var store = await CommitAsync();
        await LoseFirstAsync(store);
        await StorePair.UntilAsync(() => _pair.First.Keys().Contains(Pieces), "some of the input is there");

        _pair.Second.CloseConnections();
        await StorePair.UntilAsync(() => store.Nodes[0].Healthy, "the first node is healthy again");

        ClientStream.AssertIs(0, InputBytes, await _pair.Connect(false, _pair.Nodes[0]).ReadInputAsync(_id, 0, None));
    }

    [Fact]
    public async Task Request_BeginsInTheMiddle_NothingBeforeItComesBack()
    {
        const int Begins = InputBytes - (3 << 20) - 5;
        var store = await CommitAsync();
        await LoseFirstAsync(store);
        await StorePair.UntilAsync(() => _pair.First.Keys().Contains(Pieces), "some of the input is there");

        await store.BeginRequestAsync(_id, 1, new(2, Begins, 50), "build", 0, [], None);
        await StorePair.UntilAsync(() => store.Nodes[0].Healthy, "the first node is healthy again");

        await AssertBothHaveAsync(Begins, InputBytes);
        foreach (var node in _pair.Nodes)
        {
            await Assert.ThrowsAsync<InputTrimmedException>(async () => await _pair.Connect(false, node).ReadInputAsync(_id, Begins - 1, None));
        }
    }

    [Fact]
    public async Task Flow_EndsInTheMiddle_LeavesTombstonesOnly()
    {
        var store = await CommitAsync();
        await LoseFirstAsync(store);
        await StorePair.UntilAsync(() => _pair.First.Keys().Contains(Pieces), "some of the input is there");

        await store.RemoveAsync(_id, 1, None);
        await StorePair.UntilAsync(() => store.Nodes[0].Healthy, "the first node is healthy again");

        Assert.Equal([$"flow:{_id}"], _pair.First.Keys());
        Assert.Equal([$"flow:{_id}"], _pair.Second.Keys());
    }

    private string Pieces => $"flow:{_id}:input:pieces";

    private async Task<FlowStore> CommitAsync()
    {
        const int UploadBytes = 256 << 10;
        var store = _pair.Connect(proxy: true);
        Assert.True(await store.CommitAsync(StorePair.Record(_id, 1), 0, default, None));
        for (var offset = 0; offset < InputBytes; offset += UploadBytes)
        {
            await AppendAsync(store, offset, UploadBytes);
        }

        await StorePair.UntilAsync(() => store.Nodes.All(node => node.Healthy), "both nodes have it");
        return store;
    }

    private async Task LoseFirstAsync(FlowStore store)
    {
        _pair.First.Kill();
        await StorePair.UntilAsync(() => !store.Nodes[0].Healthy, "the first node is missed");
        _pair.First.Start();
    }

    /// <returns>Where the input ends.</returns>
    private async Task<int> AppendUntilHealthyAsync(FlowStore store, int end)
    {
        do
        {
            await AppendAsync(store, end, AppendBytes);
            end += AppendBytes;
            Assert.True(end < 10 * InputBytes, "the refill does not catch up with the client");
        }
        while (!store.Nodes[0].Healthy);

        await AppendAsync(store, end, AppendBytes);
        return end + AppendBytes;
    }

    private async Task AppendAsync(FlowStore store, int offset, int count) =>
        Assert.True(await store.AppendInputAsync(_id, 1, (ulong)offset, ClientStream.Bytes((ulong)offset, count), None));

    private async Task AssertBothHaveAsync(int from, int end)
    {
        foreach (var node in _pair.Nodes)
        {
            ClientStream.AssertIs((ulong)from, end - from, await _pair.Connect(false, node).ReadInputAsync(_id, (ulong)from, None));
        }
    }
}
