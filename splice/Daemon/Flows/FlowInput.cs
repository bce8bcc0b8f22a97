using Microsoft.Extensions.Logging;
using Splice.Store;
using Splice.Wire;
using Splice.Wire.Abi;

namespace Splice.Daemon.Flows;

/// <summary>
/// Brings tapped client bytes into the input log and acknowledges them to the client when they are there (I2). Called on
/// the ring's thread; the store's answers continue elsewhere.
/// </summary>
public sealed class FlowInput(FlowStore store, KernelFlows kernel, FlowInjector injector, ILogger<FlowInput> log)
{
    public void Receive(Flow flow, uint seq, ReadOnlySpan<byte> bytes)
    {
        var record = flow.Record;
        var offset = flow.Input.OffsetOf(seq, record.ClientSeq);
        foreach (var chunk in flow.Input.Receive(offset, bytes))
        {
            _ = StoreAsync(flow, chunk, BeginPlainRequest(flow, chunk));
        }
    }

    /// <summary>The client's FIN: acknowledged like a byte, once everything before it is logged.</summary>
    public void ReceiveFin(Flow flow, uint seq)
    {
        flow.ClientFinSeq = seq;
        Advance(flow, flow.Input.Logged);
    }

    private async Task StoreAsync(Flow flow, PendingChunk chunk, RequestStart? begins)
    {
        try
        {
            await InLine(flow, chunk, begins);
        }
        catch (FenceException)
        {
            // Another proxy owns the flow now and logs its input. Should the flow return, the client has sent this again.
            flow.Input.Forget(chunk);
            return;
        }
        catch (Exception exception) when (exception is StoreUnavailableException or InputLogFullException)
        {
            // The stated policy: the upload goes on, but can no longer be replayed. A handover would be refused.
            flow.Unprotected = true;
            log.LogWarning("flow {Flow} goes on unprotected from input offset {Offset}: {Reason}", flow.Id, chunk.Offset, exception.Message);
        }

        Advance(flow, flow.Input.Stored(chunk));
    }

    private Task<bool> InLine(Flow flow, PendingChunk chunk, RequestStart? begins)
    {
        lock (flow.InputOrder)
        {
            return store.AppendInputAsync(flow.Id, flow.Record.Fence, chunk.Offset, chunk.Bytes, begins, CancellationToken.None);
        }
    }

    private void Advance(Flow flow, ulong logged)
    {
        var record = flow.Record;
        ref var slot = ref kernel[flow.Slot];
        var seq = record.InSeq(logged);
        if (flow.ClientFinSeq == seq)
        {
            // The FIN takes a sequence number of its own (RFC 9293 §3.4) and is logged with the byte before it.
            seq++;
        }

        var before = slot.LoggedSeq;
        if (flow.Ended || !FlowNumbers.Before(before, seq))
        {
            return;
        }

        slot.LoggedSeq = seq;
        // Pairs with the barrier in track.h: an ACK of the backend either passed with the new limit, or was cut short by the
        // old one and shows here. Nothing would repeat it before the client's retransmission timer.
        Interlocked.MemoryBarrier();
        if (FlowNumbers.Before(before, slot.BackendAck) && slot.State == SpliceState.Forward)
        {
            injector.AcknowledgeClient(flow);
        }
    }

    /// <summary>The request that these bytes begin on a plain backend's flow, which has no hooks to tell the store; else null.</summary>
    private RequestStart? BeginPlainRequest(Flow flow, PendingChunk chunk)
    {
        if (flow.Plain is not { } plain || !plain.Request(chunk.Offset, chunk.Bytes, kernel.AckedOffset(flow)))
        {
            return null;
        }

        var request = plain.Current;
        kernel[flow.Slot].AnswerEnd = flow.Record.OutSeq(request.OutputStart);
        return new RequestStart(request.Number, request.InputStart, request.OutputStart);
    }
}
