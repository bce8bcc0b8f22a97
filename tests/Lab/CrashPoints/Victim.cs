using Appliance.Cli.Lab;
using Appliance.Cli.Services;

namespace Tests.Lab.CrashPoints;

/// <summary>What dies at a crash point.</summary>
public enum Victim
{
    /// <summary>The machine of the backend that owns the flow.</summary>
    Backend,

    /// <summary>The active proxy, and the store node beside it when it is unplugged.</summary>
    Proxy,

    /// <summary>A machine that carries both; in the lab two at the same moment.</summary>
    Machine,
}

internal static class Victims
{
    public static bool TakesProxy(this Victim victim) => victim is not Victim.Backend;

    /// <summary>Kills or unplugs it. Nobody owns a flow that is not spliced yet: then any backend dies.</summary>
    public static Task StrikeAsync(this Victim victim, string activeProxy, string? owner, Dying how)
    {
        var machines = new List<string>();
        if (victim.TakesProxy())
        {
            machines.Add(activeProxy);
        }

        if (victim is not Victim.Proxy)
        {
            machines.Add(owner is null ? Topology.Backends.First().Name : SampleServices.MachineOf(owner));
        }

        return Failure.ApplyAsync(machines, how);
    }
}
