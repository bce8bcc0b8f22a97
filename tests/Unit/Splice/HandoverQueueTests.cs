using System.Threading.Channels;
using Microsoft.Extensions.Logging.Abstractions;
using Splice.Daemon.Configuration;
using Splice.Daemon.Flows;
using Splice.Daemon.Handover;
using Splice.Wire;

namespace Tests.Unit.Splice;

/// <summary>Flows whose backend was only late stay; those that have another reason to move do.</summary>
public sealed class HandoverQueueTests
{
    private readonly HandoverQueue _queue = new(
        DaemonConfig.Make() with { Limits = new LimitsConfig { HandoversMax = 1 } }, TimeProvider.System, NullLogger<HandoverQueue>.Instance);
    private readonly Channel<Flow> _moved = Channel.CreateUnbounded<Flow>();
    private uint _slot;

    [Fact]
    public async Task Silence_IsOver_FlowStays_UnlessItHasAnotherReason()
    {
        var (stays, goes, last) = (NewFlow(), NewFlow(), NewFlow());
        _queue.Request(stays, HandoverReason.Silence, 1);
        _queue.Request(stays, HandoverReason.Silence, 1);
        _queue.Request(goes, HandoverReason.Silence, 1);
        _queue.Request(goes, HandoverReason.Fin);
        using var stop = new CancellationTokenSource();
        var running = _queue.RunAsync(MoveAsync, request => request.Reason is HandoverReason.Silence, stop.Token);

        Assert.Same(goes, await NextAsync());
        _queue.Request(last, HandoverReason.Rst);
        Assert.Same(last, await NextAsync());
        Assert.False(stays.HandsOver);
        _queue.Request(stays, HandoverReason.Rst);
        Assert.Same(stays, await NextAsync());

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    private Flow NewFlow() => new(StorePair.Record(FlowId.NewRandom(), 1), _slot++, 1);

    private Task MoveAsync(HandoverRequest request)
    {
        _moved.Writer.TryWrite(request.Flow);
        return Task.CompletedTask;
    }

    private ValueTask<Flow> NextAsync() => _moved.Reader.ReadAsync(TestContext.Current.CancellationToken);
}
