namespace Appliance.Cli.Lab;

/// <summary>One machine of the lab: a network namespace with up to two devices.</summary>
/// <param name="Name">Its name on the command line; the namespace is <c>lab-NAME</c>.</param>
/// <param name="Front">Last number of its address on 10.77.0.0/24; null if it is not on the front network.</param>
/// <param name="Back">Last number of its address on 10.78.0.0/24; null if it is not on the back network.</param>
public sealed record Machine(string Name, int? Front, int? Back)
{
    public string Namespace => $"lab-{Name}";
    public string NamespacePath => $"/run/netns/{Namespace}";
    public string? FrontAddress => Front is { } host ? $"10.77.0.{host}" : null;
    public string? BackAddress => Back is { } host ? $"10.78.0.{host}" : null;
    public bool IsProxy => Name.StartsWith("proxy", StringComparison.Ordinal);

    /// <summary>The ends of its devices in the root namespace: what "unplug" takes down.</summary>
    public IEnumerable<(string Host, string Device, string Address, string Bridge)> Links()
    {
        if (FrontAddress is { } front)
        {
            yield return ($"{Name}-f", "front", front, Topology.FrontBridge);
        }

        if (BackAddress is { } back)
        {
            yield return ($"{Name}-b", "back", back, Topology.BackBridge);
        }
    }
}
