using Splice.Daemon.Handover;
using Splice.Store;
using Splice.Wire;
using Splice.Wire.Abi;

namespace Splice.Daemon.Flows;

/// <summary>Receives what the kernel program reports and hands each event to the part that answers it. One thread: the ring's.</summary>
public sealed class FlowEvents(
    FlowDirectory directory, FlowInput input, FlowEnder ender, HandoverQueue handovers, KernelFlows kernel, FlowInjector injector,
    FlowStore store)
{
    public void Handle(in SpliceEvent header, ReadOnlySpan<byte> payload)
    {
        if (directory.Find(header.Slot, header.Generation) is not { Ended: false } flow)
        {
            return;
        }

        switch (header.Type)
        {
            case SpliceEventType.ClientData:
                input.Receive(flow, header.Seq, payload);
                WakeIfOrphaned(flow);
                break;
            case SpliceEventType.ClientWakes:
                WakeIfOrphaned(flow);
                break;
            case SpliceEventType.AnswerData:
                ReceiveAnswer(flow, header.Seq, payload);
                break;
            case SpliceEventType.ClientFin:
                input.ReceiveFin(flow, header.Seq);
                FinishOrWake(flow);
                break;
            case SpliceEventType.ClientRst:
            case SpliceEventType.ClientSyn:
                ender.EndSoon(flow, header.Type == SpliceEventType.ClientRst ? EndReason.ClientReset : EndReason.ClientBeganAnew);
                break;
            case SpliceEventType.BackendFin when header.Fence == (uint)flow.Record.Fence:
                ender.BackendFinished(flow, header.Seq, HandoverReason.Fin, header.TimeNs);
                break;
            case SpliceEventType.BackendRst when header.Fence == (uint)flow.Record.Fence:
                ender.BackendFinished(flow, header.Seq, HandoverReason.Rst, header.TimeNs);
                break;
        }
    }

    /// <summary>What the events of one batch ask of the store goes out together.</summary>
    /// <returns>Time until this must be called again, events or not; null if that does not matter.</returns>
    public TimeSpan? EndBatch()
    {
        FlowStore.GatherOnThisThread();
        var wait = input.WriteWaiting();
        store.SendGathered();
        return wait;
    }

    /// <summary>While it is orphaned only a look at its journal tells whether an answer is still owed, which a client may wait for that
    /// has closed its own direction (RFC 9293 §3.6).</summary>
    private void FinishOrWake(Flow flow)
    {
        if (kernel[flow.Slot].State == SpliceState.Orphaned)
        {
            handovers.Request(flow, HandoverReason.Wakes);
        }
        else
        {
            ender.ClientFinished(flow);
        }
    }

    /// <summary>No backend acknowledges anything: a client in doubt would repeat what is logged, and nothing else, for ever.</summary>
    private void WakeIfOrphaned(Flow flow)
    {
        if (kernel[flow.Slot].State == SpliceState.Orphaned)
        {
            injector.AcknowledgeClient(flow);
            handovers.Request(flow, HandoverReason.Wakes);
        }
    }

    private void ReceiveAnswer(Flow flow, uint seq, ReadOnlySpan<byte> payload)
    {
        if (flow.Plain is { } plain)
        {
            var offset = flow.Record.OutOffset(seq, kernel.AckedOffset(flow));
            if (plain.Answer(offset, payload) is { } end)
            {
                kernel[flow.Slot].AnswerEnd = flow.Record.OutSeq(end);
            }
        }
    }
}
