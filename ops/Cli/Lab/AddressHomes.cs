using System.Text.Json.Nodes;

namespace Appliance.Cli.Lab;

/// <summary>
/// Which proxy is active for which group of addresses. keepalived leaves a group where the last failure put it; whoever
/// wants it at home says so, since each move is a takeover.
/// </summary>
public static class AddressHomes
{
    private static readonly TimeSpan MovesWithin = TimeSpan.FromSeconds(5);

    /// <summary>keepalived leaves the group to other proxies while this file holds a 1.</summary>
    public static string AwayFileOf(Machine proxy, AddressGroup group) => LabPaths.Run(proxy.Name, $"away-{group.Name}");

    /// <summary>Moves every group that is not at home and whose home answers and is not drained; flows go on.</summary>
    /// <returns>What was moved.</returns>
    /// <exception cref="FailedException">A group did not move.</exception>
    public static IReadOnlyList<AddressGroup> Restore()
    {
        // What a move that was interrupted has left would keep a group from the only proxy that is alive.
        foreach (var (group, proxy) in Topology.AddressGroups.SelectMany(group => Topology.Proxies.Select(proxy => (group, proxy))))
        {
            File.WriteAllText(AwayFileOf(proxy, group), "0");
        }

        var astray = Topology.AddressGroups.Where(group => !IsAt(group, Topology.Find(group.Home)) && Drain.CanTakeOver(Topology.Find(group.Home))).ToList();
        astray.ForEach(group => Move(group, Topology.Find(group.Home)));
        return astray;
    }

    /// <exception cref="FailedException">It did not move.</exception>
    public static void Move(AddressGroup group, Machine proxy)
    {
        var others = Topology.Proxies.Where(other => other != proxy).ToList();
        others.ForEach(other => File.WriteAllText(AwayFileOf(other, group), "1"));
        try
        {
            var deadline = DateTime.UtcNow + MovesWithin;
            while (!IsAt(group, proxy) || others.Any(other => HasAny(group, other)))
            {
                if (DateTime.UtcNow > deadline)
                {
                    throw new FailedException($"{group.VirtualAddress} did not move to {proxy.Name} within {MovesWithin.TotalSeconds:0} s; "
                        + $"see ops/appliance logs {proxy.Name}/keepalived");
                }

                Task.Delay(TimeSpan.FromMilliseconds(10)).Wait();
            }
        }
        finally
        {
            // Or nobody could take it over when this proxy dies.
            others.ForEach(other => File.WriteAllText(AwayFileOf(other, group), "0"));
        }
    }

    private static bool IsAt(AddressGroup group, Machine proxy) =>
        Status(proxy) is { } status && group.Pairs.All(pair => ControlClient.IsActive(status, pair.VirtualAddress));

    private static bool HasAny(AddressGroup group, Machine proxy) =>
        Status(proxy) is { } status && group.Pairs.Any(pair => ControlClient.IsActive(status, pair.VirtualAddress));

    private static JsonNode? Status(Machine proxy) => ControlClient.Get(proxy.Name, "/status");
}
