using Splice.Store;

namespace Tests.Simulation.Stores;

/// <summary>
/// Watches every write on every node: fences only rise, an older one is refused, and under one fence one backend writes the
/// journal and one proxy commits the record.
/// </summary>
internal sealed class FenceWatch(Action<string> failed)
{
    private readonly Dictionary<(string Flow, double Fence), string> _owners = [];
    private readonly Dictionary<(string Flow, double Fence), string> _proxies = [];

    public void Ran(string client, string node, string script, string flow, double before, double after, string said)
    {
        if (after < before && script != StoreScripts.Forget)
        {
            failed($"{node}: the fence of {flow} fell from {before} to {after}");
        }

        if (said != "ok" || script is StoreScripts.Forget or StoreScripts.Remove)
        {
            return;
        }

        if (script is StoreScripts.BeginRequest or StoreScripts.AppendEntries or StoreScripts.Complete)
        {
            One(_owners, client, node, flow, after);
        }
        else if (script is StoreScripts.Commit or StoreScripts.RaiseFence)
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
