using Splice.Wire;

namespace Splice.Store;

/// <summary>What a node lacks and another one has to give. Kept until it was given in full: by one loop, its keeper's.</summary>
internal sealed class NodeDebt
{
    private readonly HashSet<FlowId> _flows = [];

    /// <summary>The node began anew and lacks whatever the others have.</summary>
    public bool Everything { get; private set; }

    public IReadOnlyCollection<FlowId> Flows => _flows;

    public bool IsPaid => !Everything && _flows.Count == 0;

    public static NodeDebt OfEverything() => new() { Everything = true };

    public void Owe(IEnumerable<FlowId> flows) => _flows.UnionWith(flows);

    public void OweEverything() => Everything = true;

    public void Pay()
    {
        Everything = false;
        _flows.Clear();
    }
}
