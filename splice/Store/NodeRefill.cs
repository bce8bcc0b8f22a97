using Microsoft.Extensions.Logging;
using Splice.Wire;
using StackExchange.Redis;

namespace Splice.Store;

/// <summary>
/// Copies to a node that was away what it missed: never replaces anything newer (see the merge script). A node that began
/// anew has missed everything.
/// </summary>
internal sealed class NodeRefill(
    StoreOptions options, Func<IReadOnlyList<NodeConnection>> nodes, TimeProvider time, ILogger log)
{
    /// <returns>False if the node still lacks something: no other one was live, or one of the two stopped answering.</returns>
    public async Task<bool> RunAsync(NodeConnection target, NodeDebt debt, CancellationToken stop)
    {
        var sources = nodes().Where(node => node != target && node.State == NodeState.Live).ToList();
        var paid = sources.Count > 0;
        foreach (var source in sources)
        {
            var flows = debt.Everything ? await ScanAsync(source, stop) : debt.Flows;
            foreach (var flow in flows ?? [])
            {
                paid &= await new FlowCopy(flow, source, target, options, time, stop).RunAsync();
                if (target.State == NodeState.Away || source.State == NodeState.Away)
                {
                    break;
                }
            }

            paid &= flows is not null && target.State != NodeState.Away && source.State == NodeState.Live;
            log.LogInformation(
                "store node {Node} was {Outcome} with {Flows} flows from {Source}",
                target.Node.Name, paid ? "refilled" : "refilled in part", flows?.Count ?? 0, source.Node.Name);
        }

        return paid;
    }

    /// <summary>Null if the node was lost before it had told of all: its state says nothing of that, for it may be back already.</summary>
    public static async Task<IReadOnlyCollection<FlowId>?> ScanAsync(NodeConnection source, CancellationToken stop)
    {
        if (source.Link is not { } link)
        {
            return null;
        }

        var flows = new List<FlowId>();
        try
        {
            await foreach (var id in link.ScanAsync(stop))
            {
                flows.Add(id);
            }

            return flows;
        }
        catch (Exception e) when (ConnectionFailure.Is(e) && !stop.IsCancellationRequested)
        {
            if (source.Link == link)
            {
                source.Suspect($"scan failed: {e.Message}");
            }

            return null;
        }
    }
}
