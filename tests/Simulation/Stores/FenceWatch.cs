using Splice.Store;

namespace Tests.Simulation.Stores;

/// <summary>
/// Watches every write on every node: fences only rise, nobody writes under one that was not raised before, and under one fence one
/// backend writes the journal and one proxy commits the record. To raise one is not to have it: that takes every node that answers.
/// </summary>
/// <param name="failed">Is told what is wrong.</param>
/// <param name="isBeyondPromise">True while a fence may be raised where no node lives.</param>
internal sealed class FenceWatch(Action<string> failed, Func<bool> isBeyondPromise)
{
    private const double FirstFence = 1;
    private readonly Dictionary<(string Flow, double Fence), string> _owners = [];
    private readonly Dictionary<(string Flow, double Fence), string> _proxies = [];
    private readonly HashSet<(string Flow, double Fence)> _raised = [];

    public void Ran(string client, string node, string script, string flow, double before, double after, string said)
    {
        if (after < before && script != StoreScripts.Forget)
        {
            failed($"{node}: the fence of {flow} fell from {before} to {after}");
        }

        if (script == StoreScripts.RaiseFence)
        {
            // It may answer with the input instead.
            if (said is "ok" or "")
            {
                _raised.Add((flow, after));
            }

            return;
        }

        if (said != "ok" || script is StoreScripts.Forget or StoreScripts.Remove)
        {
            return;
        }

        if (after > FirstFence && !_raised.Contains((flow, after)) && !isBeyondPromise())
        {
            failed($"{node}: {client} writes {flow} under fence {after}, which nobody has raised");
        }

        if (script is StoreScripts.BeginRequest or StoreScripts.AppendEntries or StoreScripts.Complete)
        {
            One(_owners, client, node, flow, after);
        }
        else if (script == StoreScripts.Commit)
        {
            One(_proxies, client, node, flow, after);
        }
    }

    private void One(Dictionary<(string Flow, double Fence), string> writers, string client, string node, string flow, double fence)
    {
        if (!writers.TryAdd((flow, fence), client) && writers[(flow, fence)] is var other && other != client)
        {
            failed($"{node}: both {other} and {client} write {flow} under fence {fence}");
        }
    }
}
