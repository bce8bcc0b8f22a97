using System.Collections.Concurrent;
using Splice.Daemon.Kernel;
using Splice.Wire;
using Splice.Wire.Abi;

namespace Splice.Daemon.Flows;

/// <summary>
/// The one place that writes the kernel's maps for a flow: slots, legs, and the fields of a slot that belong to spliced.
/// Tracked fields are written only while the slot is free or held.
/// </summary>
public sealed unsafe class KernelFlows
{
    private readonly FlowTable _table;
    private readonly LegMap _legs;
    private readonly ConcurrentQueue<uint> _free = new();
    private readonly uint _frontIfindex;
    private readonly uint _backIfindex;

    public KernelFlows(FlowTable table, LegMap legs, uint frontIfindex, uint backIfindex)
    {
        (_table, _legs, _frontIfindex, _backIfindex) = (table, legs, frontIfindex, backIfindex);
        for (uint slot = 0; slot < table.Count; slot++)
        {
            if (table[slot].State == SpliceState.Free)
            {
                _free.Enqueue(slot);
            }
        }
    }

    public ref SpliceFlow this[uint slot] => ref _table[slot];

    public Traffic Traffic { get; } = new();

    /// <summary>Slots that were in use when spliced started: flows of an earlier run, still forwarding.</summary>
    public IEnumerable<uint> Inherited()
    {
        for (uint slot = 0; slot < _table.Count; slot++)
        {
            if (_table[slot].State != SpliceState.Free)
            {
                yield return slot;
            }
        }
    }

    /// <summary>Ports of inner addresses that flows in the table have, also of flows that nothing else is known of.</summary>
    public IReadOnlySet<ushort> InnerPorts() => Inherited().Select(slot => Network(_table[slot].InnerPort)).ToHashSet();

    /// <summary>The slot that a client's connection has in the map, if any.</summary>
    public uint? SlotOf(FlowEnd client, FlowEnd @virtual) =>
        _legs.TryGet(Key(client, @virtual), out var leg) && leg.Direction == SpliceDirection.In ? leg.Slot : null;

    /// <summary>Takes a slot and steals the client's packets with it; null if the map is full.</summary>
    public uint? Hold(FlowEnd client, FlowEnd @virtual)
    {
        if (!_free.TryDequeue(out var slot))
        {
            return null;
        }

        ref var flow = ref _table[slot];
        flow.Generation++;
        WriteEnds(ref flow, client, @virtual);
        Volatile.Write(ref *(uint*)System.Runtime.CompilerServices.Unsafe.AsPointer(ref flow.State), (uint)SpliceState.Held);
        _legs.Set(Key(client, @virtual), new SpliceLeg { Slot = slot, Direction = SpliceDirection.In });
        return slot;
    }

    /// <summary>Gives back a slot whose splice did not come about.</summary>
    public void Abandon(uint slot, FlowEnd client, FlowEnd @virtual)
    {
        _legs.Remove(Key(client, @virtual));
        Free(slot);
    }

    public void AddBackendLeg(uint slot, FlowEnd backend, FlowEnd inner) =>
        _legs.Set(Key(backend, inner), new SpliceLeg { Slot = slot, Direction = SpliceDirection.Out });

    public void RemoveBackendLeg(FlowEnd backend, FlowEnd inner) => _legs.Remove(Key(backend, inner));

    /// <summary>Sequence number of the client's FIN, which takes one of its own after the last byte; null before it.</summary>
    public uint? ClientFinSeq(uint slot) =>
        (this[slot].TrackedFlags & SpliceTracked.ClientFin) != 0 ? this[slot].ClientSeqEnd - 1 : null;

    /// <summary>The client's FIN was seen by another proxy.</summary>
    public void EndClient(uint slot, uint finSeq)
    {
        ref var flow = ref _table[slot];
        flow.ClientSeqEnd = finSeq + 1;
        // Both directions' packets set flags here.
        Interlocked.Or(ref System.Runtime.CompilerServices.Unsafe.As<SpliceTracked, uint>(ref flow.TrackedFlags), (uint)SpliceTracked.ClientFin);
    }

    public void SetState(uint slot, SpliceState state) =>
        Volatile.Write(ref *(uint*)System.Runtime.CompilerServices.Unsafe.AsPointer(ref _table[slot].State), (uint)state);

    /// <summary>Output offset before which the client has everything, as far as this proxy has seen.</summary>
    public ulong AckedOffset(Flow flow) => _table[flow.Slot].ClientAck64 - flow.Record.VirtualSeq;

    /// <summary>True once the client has acknowledged even the FIN after its last answer: nobody will have to continue.</summary>
    public bool HasWholeAnswer(Flow flow) => flow.CompleteOffset < AckedOffset(flow);

    public void SetFlag(uint slot, SpliceFlags flag, bool on)
    {
        ref var flow = ref _table[slot];
        flow.Flags = on ? flow.Flags | flag : flow.Flags & ~flag;
    }

    /// <summary>Writes everything the kernel needs and opens the flow. The legs must be in the map.</summary>
    public void Install(uint slot, FlowRecord record, FlowStart start)
    {
        ref var flow = ref _table[slot];
        SetState(slot, SpliceState.Held);
        WriteEnds(ref flow, record.Client, record.Virtual);
        fixed (byte* inner = flow.InnerAddress, backend = flow.BackendAddress)
        {
            record.Inner.WriteAddress(new Span<byte>(inner, 16));
            record.BackendEnd.WriteAddress(new Span<byte>(backend, 16));
        }

        flow.InnerPort = Network(record.Inner.Port);
        flow.BackendPort = Network(record.BackendEnd.Port);
        flow.Fence = (uint)record.Fence;
        flow.Flags = start.Flags | (record.Sack ? SpliceFlags.Sack : 0) | (record.Kind == BackendKind.Plain ? SpliceFlags.Plain : 0);
        flow.SeqDeltaIn = record.InnerSeq - record.ClientSeq;
        flow.SeqDeltaOut = record.VirtualSeq - record.BackendSeq;
        flow.LoggedSeq = record.InSeq(start.LoggedOffset) + (start.ClientEnded ? 1u : 0);
        flow.AnswerEnd = record.OutSeq(start.AnswerEnd);
        flow.FrontIfindex = _frontIfindex;
        flow.BackIfindex = _backIfindex;
        flow.ClientShift = record.ClientShift;
        flow.VirtualShift = record.VirtualShift;
        flow.InnerShift = record.InnerShift;
        flow.BackendShift = record.BackendShift;
        flow.ClientAck = start.ClientAck;
        flow.ClientSeqEnd = start.ClientSeqEnd;
        flow.ClientWindow = start.ClientWindow;
        flow.SentSeqEnd = start.Standby ? 0 : record.OutSeq(record.BackendOutputStart);
        flow.BackendAck = record.InSeq(start.FedOffset);
        flow.BackendWindow = start.BackendWindow;
        flow.BackendFinSeq = 0;
        flow.TrackedFlags = (start.Standby ? SpliceTracked.None : SpliceTracked.Client | SpliceTracked.Backend)
            | (start.ClientEnded ? SpliceTracked.ClientFin : flow.TrackedFlags & SpliceTracked.ClientFin & start.Keep);
        flow.ClientSeenNs = start.NowNs;
        flow.BackendSeenNs = start.NowNs;
        if (!start.Continued)
        {
            Traffic.Retire(ref flow);
            Traffic.BeginAt(start.FedOffset);
            flow.BytesIn = start.FedOffset;
            flow.ClientAck64 = record.VirtualSeq + record.BackendOutputStart;
            flow.ClientIsn = record.ClientSeq - start.HandshakeBytes - 1;
        }

        SetState(slot, SpliceState.Forward);
    }

    /// <summary>Takes the legs of an ended flow out of the map and frees its slot.</summary>
    public void Release(uint slot, FlowRecord record)
    {
        RemoveIfOurs(slot, Key(record.Client, record.Virtual));
        RemoveIfOurs(slot, Key(record.BackendEnd, record.Inner));
        Free(slot);
    }

    private void Free(uint slot)
    {
        SetState(slot, SpliceState.Free);
        Traffic.Retire(ref _table[slot]);
        _free.Enqueue(slot);
    }

    /// <summary>A client that used its port again may own the leg by now.</summary>
    private void RemoveIfOurs(uint slot, SpliceLegKey key)
    {
        if (_legs.TryGet(key, out var leg) && leg.Slot == slot)
        {
            _legs.Remove(key);
        }
    }

    /// <summary>Frees a slot of which only the kernel's side is known.</summary>
    public void Clear(uint slot)
    {
        ref var flow = ref _table[slot];
        FlowEnd client, @virtual;
        fixed (byte* clientAddress = flow.ClientAddress, virtualAddress = flow.VirtualAddress)
        {
            client = new FlowEnd(FlowEnd.ReadAddress(new Span<byte>(clientAddress, 16)), Network(flow.ClientPort));
            @virtual = new FlowEnd(FlowEnd.ReadAddress(new Span<byte>(virtualAddress, 16)), Network(flow.VirtualPort));
        }

        RemoveIfOurs(slot, Key(client, @virtual));
        RemoveBackendLegOf(slot);
        Free(slot);
    }

    /// <summary>Takes the backend leg out of the map that the slot was installed with last, by whomever.</summary>
    public void RemoveBackendLegOf(uint slot)
    {
        ref var flow = ref _table[slot];
        FlowEnd inner, backend;
        fixed (byte* innerAddress = flow.InnerAddress, backendAddress = flow.BackendAddress)
        {
            inner = new FlowEnd(FlowEnd.ReadAddress(new Span<byte>(innerAddress, 16)), Network(flow.InnerPort));
            backend = new FlowEnd(FlowEnd.ReadAddress(new Span<byte>(backendAddress, 16)), Network(flow.BackendPort));
        }

        RemoveIfOurs(slot, Key(backend, inner));
    }

    private static void WriteEnds(ref SpliceFlow flow, FlowEnd client, FlowEnd @virtual)
    {
        fixed (byte* clientAddress = flow.ClientAddress, virtualAddress = flow.VirtualAddress)
        {
            client.WriteAddress(new Span<byte>(clientAddress, 16));
            @virtual.WriteAddress(new Span<byte>(virtualAddress, 16));
        }

        flow.ClientPort = Network(client.Port);
        flow.VirtualPort = Network(@virtual.Port);
    }

    private static SpliceLegKey Key(FlowEnd source, FlowEnd destination)
    {
        var key = new SpliceLegKey { SourcePort = Network(source.Port), DestinationPort = Network(destination.Port) };
        source.WriteAddress(new Span<byte>(key.SourceAddress, 16));
        destination.WriteAddress(new Span<byte>(key.DestinationAddress, 16));
        return key;
    }

    private static ushort Network(ushort port) => System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(port);
}
