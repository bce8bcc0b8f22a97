using Splice.Wire.Abi;

namespace Splice.Daemon.Flows;

/// <summary>
/// Gives a backend the client's FIN if nobody else will: the client sent it before the splice, or an earlier backend
/// acknowledged it.
/// </summary>
public sealed class ClientFin(KernelFlows kernel, FlowInjector injector, TimeProvider time)
{
    /// <summary>Does nothing if the client has not ended its direction. Its FIN is behind everything the backend was fed.</summary>
    public void PassOn(Flow flow)
    {
        if (kernel.ClientFinSeq(flow.Slot) is { } seq && Lacks(flow, seq))
        {
            var fence = flow.Record.Fence;
            _ = RepeatedFin.SendAsync(
                () => !flow.Ended && flow.Record.Fence == fence && Lacks(flow, seq), () => injector.FinishBackend(flow, seq), time);
        }
    }

    /// <summary>What comes before it may still be missing: then it is the client that has to send again, both.</summary>
    private bool Lacks(Flow flow, uint seq)
    {
        ref var slot = ref kernel[flow.Slot];
        return slot.State == SpliceState.Forward && !FlowNumbers.Before(seq, slot.BackendAck) && FlowNumbers.Before(seq, slot.LoggedSeq);
    }
}
