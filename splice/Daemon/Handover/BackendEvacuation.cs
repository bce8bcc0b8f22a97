using Splice.Daemon.Flows;
using Splice.Daemon.Routing;
using Splice.Daemon.Takeover;
using Splice.Wire.Abi;

namespace Splice.Daemon.Handover;

/// <summary>Asks every flow of a backend to move. Only the active proxy moves flows.</summary>
public sealed class BackendEvacuation(FlowDirectory directory, KernelFlows kernel, HandoverQueue handovers, ActiveState active)
{
    public void Evacuate(Backend backend, HandoverReason reason)
    {
        if (!active.IsActive)
        {
            return;
        }

        foreach (var flow in directory.All)
        {
            if (flow.Record.Backend == backend.Name && kernel[flow.Slot].State == SpliceState.Forward)
            {
                handovers.Request(flow, reason);
            }
        }
    }
}
