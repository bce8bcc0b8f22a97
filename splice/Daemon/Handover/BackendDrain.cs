using Splice.Daemon.Flows;
using Splice.Daemon.Routing;
using Splice.Daemon.Takeover;
using Splice.Wire.Abi;

namespace Splice.Daemon.Handover;

/// <summary>
/// Empties backends that are drained (DESIGN 7.6), and those that alone do not reach what their answers need: a flow between two
/// requests leaves at once, and is continued elsewhere when its client speaks; one in the middle of a request is asked again until
/// that is over.
/// </summary>
public sealed class BackendDrain(
    FlowDirectory directory, KernelFlows kernel, Router router, HandoverQueue handovers, ActiveState active, TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    /// <summary>What all of them do not reach, all of them have noticed by then: nothing is moved to and fro for that.</summary>
    private static readonly TimeSpan AloneFor = TimeSpan.FromSeconds(3);

    public Task RunAsync(CancellationToken cancellationToken) => Rounds.RunAsync(Interval, time, Sweep, cancellationToken);

    private void Sweep()
    {
        var leaving = router.Backends.Where(backend => backend.Flows > 0 && IsLeft(backend)).Select(backend => backend.Name).ToHashSet();
        if (leaving.Count == 0)
        {
            return;
        }

        foreach (var flow in directory.All.Where(flow => leaving.Contains(flow.Record.Backend) && active.IsActiveFor(flow.Record) && IsQuiet(flow)))
        {
            handovers.Request(flow, HandoverReason.Drain);
        }
    }

    private bool IsLeft(Backend backend)
    {
        var successors = router.Successors(backend);
        return backend.Draining
            ? successors.Count > 0
            : !backend.Ready && HasLasted(backend) && successors is [{ Ready: true } best, ..] && HasLasted(best);
    }

    private bool HasLasted(Backend backend) => time.GetElapsedTime(backend.ReadyChangedAt) >= AloneFor;

    /// <summary>Nothing is on its way in either direction. Whether that is the end of a request the store knows.</summary>
    private bool IsQuiet(Flow flow)
    {
        ref var slot = ref kernel[flow.Slot];
        return slot.State == SpliceState.Forward && slot.ClientAck == slot.SentSeqEnd && flow.Input.WaitingBytes == 0;
    }
}
