namespace Appliance.Cli.Lab;

/// <summary>Namespaces, bridges and devices of the lab.</summary>
public static class Network
{
    /// <summary>IFF_UP of linux/if.h.</summary>
    private const uint InterfaceUp = 1;
    private static readonly string[] EverywhereSysctls = ["net.ipv4.tcp_no_metrics_save=1"];

    /// <summary>An address is of use at once: nobody is asked whether he has it already (RFC 4862 §5.4). Before there are devices.</summary>
    private static readonly string[] EverywhereSysctls6 = ["net.ipv6.conf.all.accept_dad=0", "net.ipv6.conf.default.accept_dad=0"];

    /// <summary>Nothing is ever forwarded from lo: it lets the kernel program ask where an address is.</summary>
    private static readonly string[] ProxySysctls6 = ["net.ipv6.ip_nonlocal_bind=1", "net.ipv6.conf.lo.forwarding=1"];

    /// <summary>The splice speaks no timestamps, ECN or Fast Open; two proxies may have the same address configured.</summary>
    private static readonly string[] ProxySysctls =
    [
        "net.ipv4.tcp_timestamps=0", "net.ipv4.tcp_ecn=0", "net.ipv4.tcp_fastopen=0", "net.ipv4.ip_nonlocal_bind=1",
        "net.ipv4.conf.all.arp_ignore=1", "net.ipv4.conf.all.arp_announce=2", "net.ipv4.conf.all.rp_filter=0",
        "net.ipv4.conf.front.rp_filter=0", "net.ipv4.conf.back.rp_filter=0", "net.ipv4.ip_forward=1", "net.ipv4.conf.lo.forwarding=1", "net.ipv4.tcp_slow_start_after_idle=0",
        "net.core.somaxconn=4096",
    ];

    public static bool Exists(Machine machine) => File.Exists(machine.NamespacePath);

    /// <summary>Whether it is there, and plugged in.</summary>
    public static bool IsUp(Machine machine) => IsComplete(machine) && machine.Links().All(link => IsUp(link.Host));

    public static void Up()
    {
        CheckAddresses();
        foreach (var bridge in (string[])[Topology.FrontBridge, Topology.BackBridge])
        {
            if (!Directory.Exists($"/sys/class/net/{bridge}"))
            {
                Shell.Ip(null, $"link add {bridge} type bridge forward_delay 0");
            }

            Shell.Ip(null, $"link set {bridge} up");
        }

        Shell.Run("ip", "addr", "replace", $"{Topology.FrontGateway}/24", "dev", Topology.FrontBridge);
        if (Topology.HasIPv6)
        {
            // A container's own network may have it switched off. It is only for the machine's own browser.
            Shell.Try("sysctl", "-qw", $"net.ipv6.conf.{Topology.FrontBridge}.disable_ipv6=0");
            Shell.Try("ip", "addr", "replace", $"{Topology.FrontGateway6}/64", "dev", Topology.FrontBridge, "nodad");
        }

        foreach (var filter in new[] { "/proc/sys/net/bridge/bridge-nf-call-iptables", "/proc/sys/net/bridge/bridge-nf-call-ip6tables" }.Where(File.Exists))
        {
            File.WriteAllText(filter, "0");
        }

        foreach (var machine in Topology.Machines)
        {
            Add(machine);
        }
    }

    /// <summary>Makes a machine's namespace, or mends what an interrupted run left of it.</summary>
    public static void Add(Machine machine)
    {
        if (IsComplete(machine))
        {
            return;
        }

        Remove(machine);
        Shell.Run("ip", "netns", "add", machine.Namespace);
        string[] sysctls = machine.IsProxy ? [.. EverywhereSysctls, .. ProxySysctls] : EverywhereSysctls;
        if (Topology.HasIPv6)
        {
            SetSysctls(machine, EverywhereSysctls6);
            sysctls = machine.IsProxy ? [.. sysctls, .. ProxySysctls6] : sysctls;
        }

        foreach (var (host, device, address, address6, hardware, bridge) in machine.Links())
        {
            Shell.Ip(
                null,
                $"link add {host} type veth peer name {device} address {hardware} netns {machine.Namespace}",
                $"link set {host} master {bridge} up");
            string[] addresses = address6 is null ? [$"{address}/24"] : [$"{address}/24", $"{address6}/64"];
            Shell.Ip(machine.Namespace, [.. addresses.Select(each => $"addr add {each} dev {device}"), $"link set {device} up"]);
        }

        Shell.Ip(machine.Namespace, "link set lo up");
        SetSysctls(machine, sysctls);
        File.WriteAllText(CompleteMark(machine), "");
    }

    public static void Remove(Machine machine)
    {
        File.Delete(CompleteMark(machine));
        if (Exists(machine))
        {
            Shell.Try("ip", "netns", "del", machine.Namespace);
        }

        // A namespace dies late if something still holds it; its devices must not linger in ours.
        foreach (var link in machine.Links().Where(link => Directory.Exists($"/sys/class/net/{link.Host}")))
        {
            Shell.Try("ip", "link", "del", link.Host);
        }
    }

    public static void Down()
    {
        foreach (var machine in Topology.Machines)
        {
            Remove(machine);
        }

        foreach (var bridge in (string[])[Topology.FrontBridge, Topology.BackBridge])
        {
            if (Directory.Exists($"/sys/class/net/{bridge}"))
            {
                Shell.Run("ip", "link", "del", bridge);
            }
        }
    }

    public static void SetLinks(Machine machine, bool up)
    {
        Shell.Ip(null, [.. machine.Links().Select(link => $"link set {link.Host} {(up ? "up" : "down")}")]);
        if (!up && Exists(machine))
        {
            // A packet that was on its way through waits there for an address that nobody tells any more. Between real machines
            // its sender would not know; here they share a kernel, in which TCP sends nothing again that still is in a queue.
            // Entries may come anew as fast as they go, which is an error to ip; what waited is gone with the first round.
            Shell.Try("ip", "-n", machine.Namespace, "neigh", "flush", "all");
        }
    }

    public static void SetSysctls(Machine machine, string[] sysctls) =>
        Shell.Run("nsenter", [$"--net={machine.NamespacePath}", "sysctl", "-qw", .. sysctls]);

    private static bool IsComplete(Machine machine) =>
        Exists(machine) && File.Exists(CompleteMark(machine)) && machine.Links().All(link => Directory.Exists($"/sys/class/net/{link.Host}"));

    /// <summary>As it was set, whether or not the other end is.</summary>
    private static bool IsUp(string device) =>
        (Convert.ToUInt32(File.ReadAllText($"/sys/class/net/{device}/flags").Trim(), 16) & InterfaceUp) != 0;

    /// <summary>Written last: a machine without it was interrupted while it was made.</summary>
    private static string CompleteMark(Machine machine) => LabPaths.Run(machine.Name, "complete");

    private static void CheckAddresses()
    {
        string[] prefixes = ["10.77.0.0/24", "10.78.0.0/24", .. Topology.HasIPv6 ? ["fd77::/64", "fd78::/64"] : Array.Empty<string>()];
        foreach (var prefix in prefixes)
        {
            var routes = Shell.Run("ip", prefix.Contains(':', StringComparison.Ordinal) ? "-6" : "-4", "route", "show", "root", prefix).Split('\n', StringSplitOptions.RemoveEmptyEntries);
            if (routes.FirstOrDefault(route => !route.Contains(Topology.FrontBridge, StringComparison.Ordinal)) is { } taken)
            {
                throw new RequirementException($"{prefix} is in use on this machine ({taken.Trim()}); free it before the lab can have it");
            }
        }
    }
}
