namespace Appliance.Cli.Lab;

/// <summary>Which machines there are and where (DESIGN 10).</summary>
public static class Topology
{
    public const string FrontBridge = "lab-front";
    public const string BackBridge = "lab-back";
    public const string FrontGateway = "10.77.0.1";
    public const string FrontGateway6 = "fd77::1";
    public const string VirtualAddress = "10.77.0.100";
    public const string InnerAddress = "10.78.0.100";
    public const string VirtualAddress6 = "fd77::100";
    public const string InnerAddress6 = "fd78::100";
    public const string SecondVirtualAddress = "10.77.0.101";
    public const string SecondInnerAddress = "10.78.0.101";
    public const string SecondVirtualAddress6 = "fd77::101";
    public const string SecondInnerAddress6 = "fd78::101";

    /// <summary>A kernel may have been built or started without it; then the lab is of IPv4 alone.</summary>
    public static bool HasIPv6 { get; } = Directory.Exists("/proc/sys/net/ipv6");

    /// <summary>Each proxy is active for one and stands by for the other.</summary>
    public static IReadOnlyList<AddressGroup> AddressGroups { get; } =
    [
        new("first", "proxy1", 51, PairsOf(VirtualAddress, InnerAddress, VirtualAddress6, InnerAddress6)),
        new("second", "proxy2", 52, PairsOf(SecondVirtualAddress, SecondInnerAddress, SecondVirtualAddress6, SecondInnerAddress6)),
    ];

    /// <summary>What clients and backends see of the proxies.</summary>
    public static IReadOnlyList<VirtualPair> AddressPairs { get; } = [.. AddressGroups.SelectMany(group => group.Pairs)];

    /// <summary>The webmail's name; the one that is served over plain HTTP too, so that tests and benchmarks can compare.</summary>
    public const string WebmailHost = "webmail.lab";

    /// <summary>Another name of the webmail, with a certificate of its own.</summary>
    public const string SecondHost = "mail.lab";

    /// <summary>The sample backend's name, over HTTP and HTTPS.</summary>
    public const string SampleHost = "hello.lab";

    public const int AdminPort = 8443;

    public static IReadOnlyList<Machine> Machines { get; } =
    [
        new("client", 10, null),
        new("db", null, 41),
        new("mail", null, 31),
        new("files1", null, 26),
        new("files2", null, 27),
        new("proxy1", 11, 11),
        new("proxy2", 12, 12),
        new("backend1", null, 21),
        new("backend2", null, 22),
        new("backend3", null, 23),
    ];

    public static IEnumerable<Machine> Proxies => Machines.Where(machine => machine.IsProxy);

    public static IEnumerable<Machine> Backends => Machines.Where(machine => machine.Name.StartsWith("backend", StringComparison.Ordinal));

    public static IEnumerable<Machine> Files => Machines.Where(machine => machine.Name.StartsWith("files", StringComparison.Ordinal));

    public static Machine Find(string name) =>
        Machines.FirstOrDefault(machine => machine.Name == name)
        ?? throw new UsageException($"there is no machine '{name}'; machines are {string.Join(", ", Machines.Select(machine => machine.Name))}");

    private static VirtualPair[] PairsOf(string virtualAddress, string innerAddress, string virtualAddress6, string innerAddress6) =>
        HasIPv6 ? [new(virtualAddress, innerAddress), new(virtualAddress6, innerAddress6)] : [new(virtualAddress, innerAddress)];
}
