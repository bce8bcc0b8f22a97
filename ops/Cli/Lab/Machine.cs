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
    public IEnumerable<Link> Links()
    {
        if (FrontAddress is { } front)
        {
            yield return new Link($"{Name}-f", "front", front, $"02:00:00:00:77:{Front:x2}", Topology.FrontBridge);
        }

        if (BackAddress is { } back)
        {
            yield return new Link($"{Name}-b", "back", back, $"02:00:00:00:78:{Back:x2}", Topology.BackBridge);
        }
    }
}

/// <summary>A device of a machine and its other end.</summary>
/// <param name="Host">Name of the end in the root namespace.</param>
/// <param name="Device">Name inside the machine.</param>
/// <param name="Address">IPv4 address inside.</param>
/// <param name="Hardware">MAC address: a machine keeps it through a reboot, as real ones do, so neighbours need not learn it anew.</param>
/// <param name="Bridge">What it is plugged into.</param>
public sealed record Link(string Host, string Device, string Address, string Hardware, string Bridge);
