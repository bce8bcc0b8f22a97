using System.Collections.Concurrent;
using Splice.Wire;

namespace Splice.Daemon.Flows;

/// <summary>Finds flows by their id and by their slot. Safe from any thread.</summary>
public sealed class FlowDirectory(int flowsMax)
{
    private readonly ConcurrentDictionary<FlowId, Flow> _byId = new();
    private readonly Flow?[] _bySlot = new Flow?[flowsMax];

    public int Count => _byId.Count;

    public IEnumerable<Flow> All => _byId.Values;

    public Flow? Find(FlowId id) => _byId.GetValueOrDefault(id);

    /// <summary>The flow that has the slot in that generation, or null if it is gone.</summary>
    public Flow? Find(uint slot, uint generation) =>
        slot < _bySlot.Length && Volatile.Read(ref _bySlot[slot]) is { } flow && flow.Generation == generation ? flow : null;

    public bool Has(uint slot) => Volatile.Read(ref _bySlot[slot]) is not null;

    /// <summary>False if a flow with that id is known already.</summary>
    public bool TryAdd(Flow flow)
    {
        if (!_byId.TryAdd(flow.Id, flow))
        {
            return false;
        }

        Volatile.Write(ref _bySlot[flow.Slot], flow);
        return true;
    }

    public void Remove(Flow flow)
    {
        _byId.TryRemove(flow.Id, out _);
        Volatile.Write(ref _bySlot[flow.Slot], null);
    }
}
