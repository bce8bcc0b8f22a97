using Splice.Daemon.Injection;
using Splice.Wire;
using Splice.Wire.Abi;

namespace Splice.Daemon.Flows;

/// <summary>The segments a flow needs from us, composed from its record and its slot.</summary>
public sealed class FlowInjector(KernelFlows kernel, PacketInjector injector)
{
    private const ushort ModestWindow = 0xffff;

    /// <summary>Opens a fresh backend leg: the client's real window, and with it the answer starts.</summary>
    public void OpenBackend(FlowRecord record, ulong fedOffset, uint clientWindow) =>
        injector.Acknowledge(
            record.Inner,
            record.BackendEnd,
            record.InnerSeq + (uint)fedOffset,
            record.BackendSeq + (uint)record.BackendOutputStart,
            Scale(clientWindow, record.InnerShift));

    /// <summary>Tells the client what is safely logged, as soon as it is.</summary>
    public void AcknowledgeClient(Flow flow)
    {
        var record = flow.Record;
        ref var slot = ref kernel[flow.Slot];
        var backendAck = slot.BackendAck;
        var ack = FlowNumbers.Earlier(slot.LoggedSeq, backendAck);
        // As the kernel program does: the window keeps its right edge.
        var window = slot.BackendWindow + backendAck - ack;
        injector.Acknowledge(record.Virtual, record.Client, ClientExpects(ref slot), ack, Scale(window, record.VirtualShift));
    }

    /// <summary>Ends the client's direction towards the backend: a FIN that nobody sends any more.</summary>
    public void FinishBackend(Flow flow, uint finSeq)
    {
        var record = flow.Record;
        ref var slot = ref kernel[flow.Slot];
        // As the kernel program does: what this backend has not sent it would not believe acknowledged.
        var ack = (slot.Flags & SpliceFlags.AckCeiling) != 0 ? FlowNumbers.Earlier(slot.SentSeqEnd, slot.ClientAck) : slot.ClientAck;
        injector.Finish(
            record.Inner,
            record.BackendEnd,
            record.InnerSeqOf(finSeq),
            record.BackendSeqOf(ack),
            Scale(slot.ClientWindow + slot.ClientAck - ack, record.InnerShift));
    }

    /// <summary>Lets a FIN through that was held until its answer was known to be complete.</summary>
    public void FinishClient(Flow flow, uint finSeq)
    {
        var record = flow.Record;
        ref var slot = ref kernel[flow.Slot];
        injector.Finish(record.Virtual, record.Client, finSeq, AckedToClient(ref slot), Scale(slot.BackendWindow, record.VirtualShift));
    }

    /// <summary>Cuts the flow towards the client: better an error than a byte that differs (I3).</summary>
    public void ResetClient(Flow flow)
    {
        ref var slot = ref kernel[flow.Slot];
        var expected = ClientExpects(ref slot);
        injector.Reset(flow.Record.Virtual, flow.Record.Client, expected, AckedToClient(ref slot));
        if (expected != slot.ClientAck)
        {
            // What was sent may be lost, or a held FIN, and no reset counts but the one that comes next (RFC 9293 §3.10.7.4).
            injector.Reset(flow.Record.Virtual, flow.Record.Client, slot.ClientAck, AckedToClient(ref slot));
        }
    }

    /// <summary>Ends a connection that never became a flow.</summary>
    public void ResetUnspliced(FlowEnd from, FlowEnd client, uint seq, uint ack) => injector.Reset(from, client, seq, ack);

    public void ResetBackend(FlowRecord record, uint slotNumber)
    {
        ref var slot = ref kernel[slotNumber];
        injector.Reset(record.Inner, record.BackendEnd, record.InnerSeqOf(slot.BackendAck), 0);
    }

    /// <summary>Makes both ends say where they stand.</summary>
    public void Nudge(Flow flow)
    {
        var record = flow.Record;
        ref var slot = ref kernel[flow.Slot];
        // The backend first: an acknowledgement of what it was not yet seen to send would not be believed.
        injector.Probe(
            record.Inner,
            record.BackendEnd,
            record.InnerSeqOf(slot.BackendAck) - 1,
            record.BackendSeqOf(slot.ClientAck),
            Scale(slot.ClientWindow, record.InnerShift));
        injector.Probe(
            record.Virtual, record.Client, slot.ClientAck - 1, AckedToClient(ref slot), Scale(slot.BackendWindow, record.VirtualShift));
    }

    /// <summary>
    /// Tells the backend that only the end of what it has sent has arrived, so that it repeats at once what is before
    /// (RFC 8985). That end it repeats too, when it sees that nobody acknowledges it: a receiver may go back on a selective
    /// acknowledgement (RFC 2018 §8).
    /// </summary>
    /// <param name="flow">With selective acknowledgements.</param>
    /// <param name="tailBytes">At least one segment, and at least one less than is not acknowledged.</param>
    public void ReportLoss(Flow flow, uint tailBytes)
    {
        var record = flow.Record;
        ref var slot = ref kernel[flow.Slot];
        var end = record.BackendSeqOf(slot.SentSeqEnd);
        injector.AcknowledgeBehindGap(
            record.Inner,
            record.BackendEnd,
            record.InnerSeqOf(slot.BackendAck),
            record.BackendSeqOf(slot.ClientAck),
            end - tailBytes,
            end,
            Scale(slot.ClientWindow, record.InnerShift));
    }

    private static uint ClientExpects(ref SpliceFlow slot) => FlowNumbers.Later(slot.SentSeqEnd, slot.ClientAck);

    private static uint AckedToClient(ref SpliceFlow slot) => FlowNumbers.Earlier(slot.LoggedSeq, slot.BackendAck);

    private static ushort Scale(uint window, byte shift) => (ushort)Math.Min(window >> shift, ModestWindow);
}
