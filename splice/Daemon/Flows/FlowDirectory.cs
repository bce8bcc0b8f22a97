using System.Numerics;
using Splice.Wire;

namespace Splice.Daemon.Flows;

/// <summary>Finds flows by their id and by their slot. Safe from any thread.</summary>
/// <remarks>A hash table of chains that run through the flows themselves: nodes of a dictionary would take some 60 bytes more for each
/// of a million.</remarks>
public sealed class FlowDirectory(int flowsMax)
{
    private readonly Flow?[] _bySlot = new Flow?[flowsMax];
    private readonly Flow?[] _byId = new Flow?[BitOperations.RoundUpToPowerOf2((uint)flowsMax)];
    private readonly Lock _lock = new();
    private int _count;

    public int Count => Volatile.Read(ref _count);

    /// <summary>What comes or goes meanwhile may be among them.</summary>
    public IEnumerable<Flow> All
    {
        get
        {
            for (var slot = 0; slot < _bySlot.Length; slot++)
            {
                if (Volatile.Read(ref _bySlot[slot]) is { } flow)
                {
                    yield return flow;
                }
            }
        }
    }

    public Flow? Find(FlowId id)
    {
        lock (_lock)
        {
            var flow = Chain(id);
            while (flow is not null && flow.Id != id)
            {
                flow = flow.NextOfChain;
            }

            return flow;
        }
    }

    /// <summary>The flow that has the slot in that generation, or null if it is gone.</summary>
    public Flow? Find(uint slot, uint generation) =>
        slot < _bySlot.Length && Volatile.Read(ref _bySlot[slot]) is { } flow && flow.Generation == generation ? flow : null;

    public bool Has(uint slot) => Volatile.Read(ref _bySlot[slot]) is not null;

    /// <summary>False if a flow with that id is known already.</summary>
    public bool TryAdd(Flow flow)
    {
        lock (_lock)
        {
            if (Find(flow.Id) is not null)
            {
                return false;
            }

            ref var first = ref Chain(flow.Id);
            flow.NextOfChain = first;
            first = flow;
            _count++;
        }

        Volatile.Write(ref _bySlot[flow.Slot], flow);
        return true;
    }

    public void Remove(Flow flow)
    {
        lock (_lock)
        {
            ref var link = ref Chain(flow.Id);
            while (link is not null && link != flow)
            {
                link = ref link.NextOfChain;
            }

            if (link is null)
            {
                return;
            }

            link = flow.NextOfChain;
            _count--;
        }

        Volatile.Write(ref _bySlot[flow.Slot], null);
    }

    private ref Flow? Chain(FlowId id) => ref _byId[id.GetHashCode() & (_byId.Length - 1)];
}
