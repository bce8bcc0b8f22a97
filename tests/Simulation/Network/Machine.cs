namespace Tests.Simulation.Network;

/// <summary>A machine: its link, and whether it has current. A dead one is silent and forgets what its kernel knew.</summary>
internal sealed class Machine(string name)
{
    public string Name => name;

    public bool IsLinked { get; set; } = true;

    public bool IsDead { get; set; }

    public bool IsReachable => IsLinked && !IsDead;
}
