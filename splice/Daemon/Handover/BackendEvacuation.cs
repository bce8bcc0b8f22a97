using Splice.Daemon.Flows;
using Splice.Daemon.Routing;
using Splice.Daemon.Takeover;
using Splice.Wire.Abi;

namespace Splice.Daemon.Handover;

/// <summary>Asks every flow of a backend to move. Only the active proxy of its address moves a flow.</summary>
public sealed class BackendEvacuation(FlowDirectory directory, KernelFlows kernel, HandoverQueue handovers, ActiveState active)
{
    public void Evacuate(Backend backend, HandoverReason reason)
    {
        foreach (var flow in directory.All)
        {
            if (flow.Record.Backend == backend.Name && kernel[flow.Slot].State == SpliceState.Forward && active.IsActiveFor(flow.Record))
            {
                handovers.Request(flow, reason, backend.Incarnation);
            }
        }
    }
}
