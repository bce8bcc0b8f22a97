using Splice.Daemon.Handover;
using Splice.Store;
using Splice.Wire;

namespace Tests.Unit.Splice;

/// <summary>A plan is made while the flow's backend may still write; the input read behind the fence tells what it wrote since.</summary>
public sealed class StalePlanTests : IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly StorePair _pair = new();
    private readonly FlowId _id = FlowId.NewRandom();

    public ValueTask InitializeAsync() => default;

    public ValueTask DisposeAsync() => _pair.DisposeAsync();

    [Theory]
    [InlineData(1, null, "", false)]
    [InlineData(2, null, "", true)]
    [InlineData(2, null, "new", false)]
    [InlineData(2, "new", "new", true)]
    [InlineData(2, "old", "new", false)]
    public async Task ThrowIfStale_StandsOnlyIfThePlanKnowsWhatHasBegun(ulong request, string? build, string begun, bool stands)
    {
        var store = _pair.Connect();
        await store.CommitAsync(StorePair.Record(_id, 1), 0, "GET /aGET /b"u8.ToArray(), None);
        await store.BeginRequestAsync(_id, 1, new(1, 0, 0), "old", 0, [new byte[] { 1 }], None);
        await store.BeginRequestAsync(_id, 1, new(2, 6, 90), begun, 0, [], None);

        var plan = new HandoverPlan(request, (request - 1) * 6, 0, 0, 0, build, 2);
        var read = store.RaiseFenceAsync(_id, plan.Fence, plan.InputOffset, None).AsTask();

        var thrown = await Record.ExceptionAsync(() => HandoverPlanner.ThrowIfStaleAsync(plan, read));
        Assert.Equal(stands, thrown is null);
        Assert.True(thrown is null or StalePlanException);
    }
}
