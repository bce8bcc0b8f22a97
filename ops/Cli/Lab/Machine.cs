namespace Appliance.Cli.Lab;

/// <summary>One machine of the lab: a network namespace with up to two devices.</summary>
/// <param name="Name">Its name on the command line; the namespace is <c>lab-NAME</c>.</param>
/// <param name="Front">Last number of its addresses on 10.77.0.0/24 and fd77::/64; null if it is not on the front network.</param>
/// <param name="Back">Last number of its addresses on 10.78.0.0/24 and fd78::/64; null if it is not on the back network.</param>
public sealed record Machine(string Name, int? Front, int? Back)
{
    public string Namespace => $"lab-{Name}";
    public string NamespacePath => $"/run/netns/{Namespace}";
    public string? FrontAddress => Front is { } host ? $"10.77.0.{host}" : null;
    public string? BackAddress => Back is { } host ? $"10.78.0.{host}" : null;
    public string? FrontAddress6 => Front is { } host && Topology.HasIPv6 ? $"fd77::{host}" : null;
    public string? BackAddress6 => Back is { } host && Topology.HasIPv6 ? $"fd78::{host}" : null;
    public bool IsProxy => Name.StartsWith("proxy", StringComparison.Ordinal);

    /// <summary>A port of it on the back network, in each family.</summary>
    public IReadOnlyList<string> BackEndpoints(int port) =>
        BackAddress6 is { } address6 ? [$"{BackAddress}:{port}", $"[{address6}]:{port}"] : [$"{BackAddress}:{port}"];

    /// <summary>The ends of its devices in the root namespace: what "unplug" takes down.</summary>
    public IEnumerable<Link> Links()
    {
        if (FrontAddress is { } front)
        {
            yield return new Link($"{Name}-f", "front", front, FrontAddress6, $"02:00:00:00:77:{Front:x2}", Topology.FrontBridge);
        }

        if (BackAddress is { } back)
        {
            yield return new Link($"{Name}-b", "back", back, BackAddress6, $"02:00:00:00:78:{Back:x2}", Topology.BackBridge);
        }
    }
}

/// <summary>A device of a machine and its other end.</summary>
/// <param name="Host">Name of the end in the root namespace.</param>
/// <param name="Device">Name inside the machine.</param>
/// <param name="Address">IPv4 address inside.</param>
/// <param name="Address6">IPv6 address inside; null if the kernel has none.</param>
/// <param name="Hardware">MAC address: a machine keeps it through a reboot, as real ones do, so neighbours need not learn it anew.</param>
/// <param name="Bridge">What it is plugged into.</param>
public sealed record Link(string Host, string Device, string Address, string? Address6, string Hardware, string Bridge);
