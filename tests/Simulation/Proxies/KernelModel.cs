using Splice.Daemon.Kernel;
using Splice.Wire;
using Splice.Wire.Abi;
using Tests.Simulation.Engine;
using Tests.Simulation.Network;

namespace Tests.Simulation.Proxies;

/// <summary>
/// What the kernel program does with a packet (splice/kernel/client.h, backend.h, track.h), on the real slots and legs,
/// without what options, scales and checksums need. It goes on when spliced is gone (invariant I6).
/// </summary>
internal sealed class KernelModel(World world, FlowTable slots, EventQueue events, Action<Segment> toClient, Action<Segment> toBackend)
{
    private readonly MemoryMap<SpliceLegKey, SpliceLeg> _legs = new();

    public IKernelMap<SpliceLegKey, SpliceLeg> Legs => _legs;

    public void Clear()
    {
        _legs.Clear();
        SlotMemory.Clear(slots);
    }

    /// <summary>The client's packets are no socket's any more (splice/kernel/straggler.h).</summary>
    public bool HasClient(FlowEnd client, FlowEnd @virtual) =>
        _legs.TryGet(Key(client, @virtual), out var leg) && leg.Direction == SpliceDirection.In && slots[leg.Slot].State != SpliceState.Free;

    /// <summary>False if it belongs to no flow.</summary>
    public bool Take(Segment segment)
    {
        if (!_legs.TryGet(Key(segment.From, segment.To), out var leg))
        {
            return false;
        }

        ref var flow = ref slots[leg.Slot];
        if (flow.State == SpliceState.Free)
        {
            return true;
        }

        if (leg.Direction == SpliceDirection.In)
        {
            FromClient(segment, leg.Slot, ref flow);
        }
        else if (flow.State == SpliceState.Forward)
        {
            FromBackend(segment, leg.Slot, ref flow);
        }

        return true;
    }

    private void FromClient(Segment segment, uint slot, ref SpliceFlow flow)
    {
        TrackClient(segment, ref flow);
        if (flow.State == SpliceState.Orphaned)
        {
            Orphaned(segment, slot, ref flow);
        }
        else if (flow.State == SpliceState.Forward)
        {
            Forward(segment, slot, ref flow);
        }
    }

    private void Orphaned(Segment segment, uint slot, ref SpliceFlow flow)
    {
        if (segment.IsReset)
        {
            Report(SpliceEventType.ClientRst, slot, flow, segment.Seq);
        }
        else if (segment.Payload.Length > 0)
        {
            Report(SpliceEventType.ClientData, slot, flow, segment.Seq, segment.Payload);
        }
        else if (segment.IsFin)
        {
            Report(SpliceEventType.ClientFin, slot, flow, segment.Seq);
            flow.TrackedFlags |= SpliceTracked.ClientFin;
        }
        else
        {
            Report(SpliceEventType.ClientWakes, slot, flow, segment.Seq);
        }
    }

    private void Forward(Segment segment, uint slot, ref SpliceFlow flow)
    {
        var end = segment.Seq + (uint)segment.Payload.Length;
        if (segment.Payload.Length > 0 && Sequence.After(end, flow.LoggedSeq)
            && !Report(SpliceEventType.ClientData, slot, flow, segment.Seq, segment.Payload))
        {
            return;
        }

        if (segment.IsReset)
        {
            Report(SpliceEventType.ClientRst, slot, flow, segment.Seq);
        }
        else if (segment.IsFin)
        {
            if (!Report(SpliceEventType.ClientFin, slot, flow, end))
            {
                return;
            }

            flow.TrackedFlags |= SpliceTracked.ClientFin;
        }

        var (ack, window) = (segment.Ack, segment.Window);
        if ((flow.Flags & SpliceFlags.AckCeiling) != 0 && Sequence.After(ack, flow.SentSeqEnd))
        {
            window += ack - flow.SentSeqEnd;
            ack = flow.SentSeqEnd;
        }

        toBackend(segment with
        {
            From = Ends(flow).Inner,
            To = Ends(flow).Backend,
            Seq = segment.Seq + flow.SeqDeltaIn,
            Ack = ack - flow.SeqDeltaOut,
            Window = Math.Min(window, TcpEnd.ReceiveWindow),
        });
    }

    private void FromBackend(Segment segment, uint slot, ref SpliceFlow flow)
    {
        var (seq, ack) = (segment.Seq + flow.SeqDeltaOut, segment.Ack - flow.SeqDeltaIn);
        var released = (flow.Flags & SpliceFlags.FinReleased) != 0;
        var isFin = segment.IsFin;
        if (segment.IsReset)
        {
            Report(SpliceEventType.BackendRst, slot, flow, seq);
            if (!released)
            {
                return;
            }
        }
        else if (isFin)
        {
            var isHeld = !released && segment.Payload.Length == 0;
            if (isHeld)
            {
                TrackBackend(segment, flow.SentSeqEnd == 0 ? seq : flow.SentSeqEnd, ack, ref flow);
            }

            if (!ReportFin(slot, ref flow, seq + (uint)segment.Payload.Length) || isHeld)
            {
                return;
            }

            isFin = released;
        }

        TrackBackend(segment, seq + (uint)segment.Payload.Length + (isFin ? 1u : 0u), ack, ref flow);
        var window = segment.Window;
        if (Sequence.After(ack, flow.LoggedSeq))
        {
            window += ack - flow.LoggedSeq;
            ack = flow.LoggedSeq;
        }

        toClient(segment with
        {
            From = Ends(flow).Virtual,
            To = Ends(flow).Client,
            Seq = seq,
            Ack = ack,
            Window = Math.Min(window, TcpEnd.ReceiveWindow),
            IsFin = isFin,
        });
    }

    private bool ReportFin(uint slot, ref SpliceFlow flow, uint seq)
    {
        if ((flow.TrackedFlags & SpliceTracked.BackendFin) != 0 && flow.BackendFinSeq == seq)
        {
            return true;
        }

        if (!Report(SpliceEventType.BackendFin, slot, flow, seq))
        {
            return false;
        }

        flow.BackendFinSeq = seq;
        flow.TrackedFlags |= SpliceTracked.BackendFin;
        return true;
    }

    private void TrackClient(Segment segment, ref SpliceFlow flow)
    {
        flow.ClientSeenNs = (ulong)world.NowNs;
        var ceiling = (flow.Flags & SpliceFlags.AckCeiling) != 0;
        if (segment.IsReset
            || ((flow.TrackedFlags & SpliceTracked.Backend) != 0 && !ceiling && Sequence.After(segment.Ack, flow.SentSeqEnd)))
        {
            return;
        }

        var first = (flow.TrackedFlags & SpliceTracked.Client) == 0;
        if (first || Sequence.After(segment.Ack, flow.ClientAck))
        {
            var distance = segment.Ack - (uint)flow.ClientAck64;
            flow.ClientAck64 += first && distance < 0xf0000000 ? distance : (ulong)(int)distance;
            flow.ClientAck = segment.Ack;
        }

        if (first || Sequence.After(segment.SeqEnd, flow.ClientSeqEnd))
        {
            flow.ClientSeqEnd = segment.SeqEnd;
        }

        flow.ClientWindow = segment.Window;
        flow.TrackedFlags |= SpliceTracked.Client;
    }

    private void TrackBackend(Segment segment, uint sentEnd, uint ack, ref SpliceFlow flow)
    {
        flow.BackendSeenNs = (ulong)world.NowNs;
        if (segment.IsReset)
        {
            return;
        }

        var first = (flow.TrackedFlags & SpliceTracked.Backend) == 0;
        if ((first && flow.SentSeqEnd == 0) || Sequence.After(sentEnd, flow.SentSeqEnd))
        {
            flow.SentSeqEnd = sentEnd;
        }

        if (first || Sequence.After(ack, flow.BackendAck))
        {
            flow.BackendAck = ack;
        }

        flow.BackendWindow = segment.Window;
        flow.TrackedFlags |= SpliceTracked.Backend;
    }

    private bool Report(SpliceEventType type, uint slot, in SpliceFlow flow, uint seq, byte[]? payload = null) => events.TryAdd(
        new SpliceEvent
        {
            Type = type,
            Slot = slot,
            Generation = flow.Generation,
            Fence = flow.Fence,
            Seq = seq,
            Length = (uint)(payload?.Length ?? 0),
            TimeNs = (ulong)world.NowNs,
        },
        payload ?? []);

    private static unsafe SpliceLegKey Key(FlowEnd source, FlowEnd destination)
    {
        var key = new SpliceLegKey { SourcePort = Network(source.Port), DestinationPort = Network(destination.Port) };
        source.WriteAddress(new Span<byte>(key.SourceAddress, 16));
        destination.WriteAddress(new Span<byte>(key.DestinationAddress, 16));
        return key;
    }

    private static unsafe (FlowEnd Client, FlowEnd Virtual, FlowEnd Inner, FlowEnd Backend) Ends(SpliceFlow flow) => (
        new FlowEnd(FlowEnd.ReadAddress(new Span<byte>(flow.ClientAddress, 16)), Network(flow.ClientPort)),
        new FlowEnd(FlowEnd.ReadAddress(new Span<byte>(flow.VirtualAddress, 16)), Network(flow.VirtualPort)),
        new FlowEnd(FlowEnd.ReadAddress(new Span<byte>(flow.InnerAddress, 16)), Network(flow.InnerPort)),
        new FlowEnd(FlowEnd.ReadAddress(new Span<byte>(flow.BackendAddress, 16)), Network(flow.BackendPort)));

    private static ushort Network(ushort port) => System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(port);
}
