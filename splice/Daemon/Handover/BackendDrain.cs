using Splice.Daemon.Flows;
using Splice.Daemon.Routing;
using Splice.Daemon.Takeover;
using Splice.Wire.Abi;

namespace Splice.Daemon.Handover;

/// <summary>
/// Empties backends that are drained (DESIGN 7.6): a flow between two requests leaves at once, and is continued elsewhere when its client
/// speaks; one in the middle of a request is asked again until that is over.
/// </summary>
public sealed class BackendDrain(
    FlowDirectory directory, KernelFlows kernel, Router router, HandoverQueue handovers, ActiveState active, TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    public Task RunAsync(CancellationToken cancellationToken) => Rounds.RunAsync(Interval, time, Sweep, cancellationToken);

    private void Sweep()
    {
        var leaving = router.Backends.Where(backend => backend is { Draining: true, Flows: > 0 } && router.Successors(backend).Count > 0)
            .Select(backend => backend.Name).ToHashSet();
        if (leaving.Count == 0)
        {
            return;
        }

        foreach (var flow in directory.All.Where(flow => leaving.Contains(flow.Record.Backend) && active.IsActiveFor(flow.Record) && IsQuiet(flow)))
        {
            handovers.Request(flow, HandoverReason.Drain);
        }
    }

    /// <summary>Nothing is on its way in either direction. Whether that is the end of a request the store knows.</summary>
    private bool IsQuiet(Flow flow)
    {
        ref var slot = ref kernel[flow.Slot];
        return slot.State == SpliceState.Forward && slot.ClientAck == slot.SentSeqEnd && flow.Input.WaitingBytes == 0;
    }
}
