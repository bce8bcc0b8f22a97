using Microsoft.Extensions.Logging;
using Splice.Wire;
using StackExchange.Redis;

namespace Splice.Store;

/// <summary>
/// Copies to a node that was away what it missed: never replaces anything newer (see the merge script). A node that began
/// anew has missed everything.
/// </summary>
internal sealed class NodeRefill(StoreOptions options, Func<IReadOnlyList<NodeConnection>> nodes, ILogger log)
{
    private const int ScanPageSize = 500;

    /// <returns>False if the node still lacks something: no other one was live, or one of the two stopped answering.</returns>
    public async Task<bool> RunAsync(NodeConnection target, NodeDebt debt, CancellationToken stop)
    {
        var sources = nodes().Where(node => node != target && node.State == NodeState.Live).ToList();
        var paid = sources.Count > 0;
        foreach (var source in sources)
        {
            var flows = debt.Everything ? await ScanAsync(source, stop) : debt.Flows;
            foreach (var flow in flows)
            {
                stop.ThrowIfCancellationRequested();
                paid &= await CopyAsync(flow, source, target);
                if (target.State == NodeState.Away || source.State == NodeState.Away)
                {
                    break;
                }
            }

            // A source that was lost during its scan told too little.
            paid &= target.State != NodeState.Away && source.State == NodeState.Live;
            log.LogInformation(
                "store node {Node} was {Outcome} with {Flows} flows from {Source}",
                target.Node.Name, paid ? "refilled" : "refilled in part", flows.Count, source.Node.Name);
        }

        return paid;
    }

    public static async Task<IReadOnlyCollection<FlowId>> ScanAsync(NodeConnection source, CancellationToken stop)
    {
        var flows = new List<FlowId>();
        if (source.Multiplexer is not { } multiplexer)
        {
            return flows;
        }

        try
        {
            var server = multiplexer.GetServers()[0];
            await foreach (var key in server.KeysAsync(pattern: FlowKeys.ScanPattern, pageSize: ScanPageSize)
                .WithCancellation(stop))
            {
                if (FlowKeys.TryParse(key, out var id))
                {
                    flows.Add(id);
                }
            }
        }
        catch (Exception e) when (ConnectionFailure.Is(e) && !stop.IsCancellationRequested)
        {
            source.Suspect($"scan failed: {e.Message}");
        }

        return flows;
    }

    private async Task<bool> CopyAsync(FlowId flow, NodeConnection source, NodeConnection target)
    {
        var export = await source.SendAsync(StoreScripts.Export, FlowKeys.All(flow), [], write: false);
        if (!IsTaken(source, export) || export.Result is null)
        {
            return false;
        }

        var parts = (RedisResult[])export.Result!;
        var fields = (RedisValue[])parts[0]!;
        if (fields.Length == 0)
        {
            if (source.LacksFlows)
            {
                return true;
            }

            // The source has every flow, so this one is over, for so long that even its tombstone has expired.
            var forgotten = await target.SendAsync(StoreScripts.Forget, FlowKeys.All(flow), [], write: true);
            return IsTaken(target, forgotten);
        }

        var entries = (RedisValue[])parts[1]!;
        var expiry = (long)parts[3] > 0 ? (long)parts[3] : (long)options.Expiry.TotalMilliseconds;
        RedisValue[] values = [expiry, (RedisValue)parts[2], fields.Length, .. fields, .. entries];
        var merged = await target.SendAsync(StoreMergeScript.Text, FlowKeys.All(flow), values, write: true);
        return IsTaken(target, merged);
    }

    /// <summary>A node that does not answer is not refilled again and again, but connected anew.</summary>
    private static bool IsTaken(NodeConnection node, StoreAnswer answer)
    {
        if (answer.Kind == AnswerKind.Unreachable)
        {
            node.Suspect(answer.Detail);
        }

        return answer.Kind == AnswerKind.Ok;
    }
}
