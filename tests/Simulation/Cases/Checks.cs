using Tests.Simulation.Network;

namespace Tests.Simulation.Cases;

/// <summary>What must hold whenever a client is told something.</summary>
internal sealed class Checks(Appliance appliance)
{
    /// <summary>After a fault the store nodes may differ for so long (README: replicated again within a second of it).</summary>
    private static readonly TimeSpan Replication = TimeSpan.FromSeconds(1);

    /// <summary>I2: what a client is told is received is in the input log: on a node that lives, and, while nothing fails, on
    /// every node.</summary>
    public void Acknowledged(Machine from, Segment segment, string how)
    {
        if (segment.IsReset || appliance.MayLoseInput || appliance.ClientAt(segment.To) is not { IsDone: false } client)
        {
            return;
        }

        var offset = client.InputOffset(segment.Ack);
        var has = appliance.Proxies.Count(proxy => proxy.Store.HasInput(client.FlowKey, offset) || !proxy.Store.Knows(client.FlowKey));
        var needed = appliance.Quiet > Replication ? appliance.Proxies.Count(proxy => proxy.Store.IsUp) : 1;
        if (!appliance.Proxies.Any(proxy => proxy.Store.HasInput(client.FlowKey, offset)) || has < needed)
        {
            appliance.Verdict.Fail(
                $"{from.Name} acknowledges ({how}) input of {client} to offset {offset}, which is logged on {has} nodes instead of {needed} (I2)");
        }
    }
}
