using System.Diagnostics;
using Splice.Store;
using Splice.Wire;

namespace Tests.Unit.Splice;

/// <summary>A request that is replayed has a span on the backend that replays it, and no other has.</summary>
public sealed class ReplayTraceTests : TwoBackends
{
    [Fact]
    public async Task Request_OnlyWhereItIsReplayed_HasASpan()
    {
        using var spans = new SpanLog("Splice.Hooks");
        var flow = FlowId.NewRandom();
        var request = ProxySide.Request("/small");
        using var leg = await ProxySide.BeginAsync(First, flow);
        await leg.SendAsync(request);
        var golden = await leg.ReadResponseAsync();

        await Store.RaiseFenceAsync(flow, 2, CancellationToken.None);
        using var next = await ProxySide.ConnectAsync(Second, flow, PreambleMode.HandedOver, 2, new RequestStart(1, 0, 0), 3);
        await next.SendAsync(request);
        await next.ReadAsync(golden.Length - 3);

        await StorePair.UntilAsync(() => spans.Has("replay", "splice.flow.id", flow.ToString()), "the replay has a span");
        var span = spans.Single("replay", "splice.flow.id", flow.ToString());
        Assert.Equal((1L, 2L, 3L), (span.GetTagItem("splice.request"), span.GetTagItem("splice.fence"), span.GetTagItem("splice.offset")));
        Assert.Equal(ActivityStatusCode.Unset, span.Status);
    }
}
