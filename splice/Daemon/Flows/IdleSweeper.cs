using Splice.Daemon.Configuration;
using Splice.Daemon.Handover;
using Splice.Daemon.Takeover;
using Splice.Wire.Abi;

namespace Splice.Daemon.Flows;

/// <summary>
/// Ends flows on which neither side has spoken for the idle limit, and asks for those that wait for their client whether they do so
/// in vain: a proxy that was frozen when it lost the addresses may have acknowledged a request since then. Only the active proxy of
/// a flow's address sees packets, so only it judges.
/// </summary>
public sealed class IdleSweeper(
    SplicedConfig config, FlowDirectory directory, KernelFlows kernel, FlowInjector injector, FlowEnder ender, HandoverQueue handovers,
    ActiveState active, TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    public Task RunAsync(CancellationToken cancellationToken) => Rounds.RunAsync(Interval, time, Sweep, cancellationToken);

    private void Sweep()
    {
        var limit = (ulong)config.Limits.IdleTimeout.TotalNanoseconds;
        var now = time.NowNs();
        foreach (var flow in directory.All.Where(flow => active.IsActiveFor(flow.Record)))
        {
            ref var slot = ref kernel[flow.Slot];
            var seen = Math.Max(slot.ClientSeenNs, slot.BackendSeenNs);
            if (now > seen && now - seen > limit)
            {
                injector.ResetClient(flow);
                injector.ResetBackend(flow.Record, flow.Slot);
                ender.EndSoon(flow, EndReason.Idle);
            }
            else if (slot.State == SpliceState.Orphaned)
            {
                handovers.Request(flow, HandoverReason.Wakes);
            }
        }
    }
}
