using Splice.Wire.Abi;

namespace Splice.Daemon.Flows;

/// <summary>
/// Gives a backend the client's FIN if nobody else will: the client sent it before the splice, or an earlier backend
/// acknowledged it. A lost one is sent again until it is acknowledged, as the client's own would be.
/// </summary>
public sealed class ClientFin(KernelFlows kernel, FlowInjector injector, TimeProvider time)
{
    /// <summary>The last one waits for a little longer than a minute: by then a backend that lives has answered.</summary>
    private const int SendsMax = 9;

    /// <summary>As short as TCP's own (RFC 6298 and Linux: 200 ms).</summary>
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200);

    /// <summary>Does nothing if the client has not ended its direction. Its FIN is behind everything the backend was fed.</summary>
    public void PassOn(Flow flow)
    {
        if (kernel.ClientFinSeq(flow.Slot) is { } seq && Lacks(flow, seq))
        {
            _ = PassOnAsync(flow, seq, flow.Record.Fence);
        }
    }

    private async Task PassOnAsync(Flow flow, uint seq, ulong fence)
    {
        var pause = FirstPause;
        for (var sends = 0; sends < SendsMax && !flow.Ended && flow.Record.Fence == fence && Lacks(flow, seq); sends++)
        {
            injector.FinishBackend(flow, seq);
            await Task.Delay(pause, time);
            pause *= 2;
        }
    }

    /// <summary>What comes before it may still be missing: then it is the client that has to send again, both.</summary>
    private bool Lacks(Flow flow, uint seq)
    {
        ref var slot = ref kernel[flow.Slot];
        return slot.State == SpliceState.Forward && !FlowNumbers.Before(seq, slot.BackendAck) && FlowNumbers.Before(seq, slot.LoggedSeq);
    }
}
