using System.Globalization;
using System.Text.RegularExpressions;
using Appliance.Cli.Lab;

namespace Tests.Lab.Networks;

/// <summary>
/// A client behind a router that has a way over each proxy and takes them in turn, packet by packet: what ECMP does at its worst,
/// since most routers at least keep the packets of one flow together. Answers come back through the router, too.
/// </summary>
internal sealed partial class SprayingRouter : IDisposable
{
    private const string InnerDevice = "inner";
    private const string RouterInner6 = "fd79::1";
    private static readonly Machine Router = new("router", 15, null);
    private static readonly Machine Behind = new("behind", 14, null);

    private SprayingRouter()
    {
    }

    public Machine Client => Behind;

    public static SprayingRouter Start()
    {
        Remove();
        var (outer, inner) = (Router.Links().First(), Behind.Links().First());
        foreach (var machine in (Machine[])[Router, Behind])
        {
            Shell.Run("ip", "netns", "add", machine.Namespace);
            Network.SetSysctls(machine, ["net.ipv4.conf.all.rp_filter=0", "net.ipv4.conf.default.rp_filter=0"]);
            SetSysctls6(machine, "net.ipv6.conf.all.accept_dad=0", "net.ipv6.conf.default.accept_dad=0");
        }

        Shell.Ip(
            null,
            $"link add {outer.Host} type veth peer name {outer.Device} address {outer.Hardware} netns {Router.Namespace}",
            $"link set {outer.Host} master {outer.Bridge} up");
        Shell.Ip(Router.Namespace,
            $"link add {InnerDevice} type veth peer name {inner.Device} address {inner.Hardware} netns {Behind.Namespace}",
            $"addr add {outer.Address}/24 dev {outer.Device}",
            $"link set {outer.Device} up",
            $"link set {InnerDevice} up",
            $"route add {inner.Address} dev {InnerDevice}");
        Shell.Ip(Behind.Namespace,
            // What one send makes is one packet: many that travel as one would take one way all together.
            $"link set {inner.Device} gso_max_segs 1 up",
            $"addr add {inner.Address}/32 dev {inner.Device}",
            $"route add {outer.Address} dev {inner.Device}",
            $"route add default via {outer.Address} dev {inner.Device}");
        // For the proxies the client is a neighbour, whose packets the router takes in.
        Network.SetSysctls(Router, ["net.ipv4.ip_forward=1", $"net.ipv4.conf.{outer.Device}.proxy_arp=1"]);
        if (Topology.HasIPv6)
        {
            Start6(outer, inner);
        }

        foreach (var (proxy, mark) in Topology.Proxies.Select((proxy, i) => (proxy, i + 1)))
        {
            Ip($"rule add fwmark {mark} table {100 + mark}", $"route add default via {proxy.FrontAddress} dev {outer.Device} table {100 + mark}");
            if (Topology.HasIPv6)
            {
                Ip($"-6 rule add fwmark {mark} table {100 + mark}", $"-6 route add default via {proxy.FrontAddress6} dev {outer.Device} table {100 + mark}");
            }
        }

        Nft.Run(Router, "add table inet spray; add counter inet spray way1; add counter inet spray way2; "
            + "add chain inet spray arriving { type filter hook prerouting priority mangle; }; "
            + $"add rule inet spray arriving iifname {InnerDevice} meta l4proto tcp meta mark set numgen inc mod 2 offset 1; "
            + "add rule inet spray arriving meta mark 1 counter name way1; "
            + "add rule inet spray arriving meta mark 2 counter name way2; "
            + "add counter inet spray toobig; add chain inet spray leaving { type filter hook output priority filter; }; "
            + "add rule inet spray leaving icmp type destination-unreachable icmp code frag-needed counter name toobig; "
            + "add rule inet spray leaving icmpv6 type packet-too-big counter name toobig");
        return new SprayingRouter();
    }

    /// <summary>Packets that went over each proxy so far.</summary>
    public (long First, long Second) Packets() => (Count("way1"), Count("way2"));

    /// <summary>How often somebody was told that a packet was too big.</summary>
    public long TooBig() => Count("toobig");

    /// <summary>From here on larger packets do not fit on the way to the client, and whoever sent one is told (RFC 1191, RFC 8201).</summary>
    public void Narrow(int mtuBytes) => Ip($"link set {InnerDevice} mtu {mtuBytes}");

    public void Dispose() => Remove();

    private static void Start6(Link outer, Link inner)
    {
        SetSysctls6(Router, "net.ipv6.conf.all.forwarding=1", $"net.ipv6.conf.{outer.Device}.proxy_ndp=1");
        Ip($"addr add {outer.Address6}/64 dev {outer.Device}",
            $"addr add {RouterInner6}/64 dev {InnerDevice}",
            $"route add {inner.Address6} dev {InnerDevice}",
            $"neigh add proxy {inner.Address6} dev {outer.Device}");
        Shell.Ip(Behind.Namespace,
            $"addr add {inner.Address6}/128 dev {inner.Device}",
            $"route add {RouterInner6} dev {inner.Device}",
            $"route add default via {RouterInner6} dev {inner.Device}");
    }

    /// <summary>Also what an interrupted run left.</summary>
    private static void Remove()
    {
        Network.Remove(Behind);
        Network.Remove(Router);
    }

    private static void SetSysctls6(Machine machine, params string[] sysctls)
    {
        if (Topology.HasIPv6)
        {
            Network.SetSysctls(machine, sysctls);
        }
    }

    private static void Ip(params string[] commands)
    {
        foreach (var command in commands)
        {
            Shell.Run("ip", ["-n", Router.Namespace, .. command.Split(' ')]);
        }
    }

    private static long Count(string counter) =>
        long.Parse(CountPattern().Match(Nft.Run(Router, $"list counter inet spray {counter}")).Groups[1].ValueSpan, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"packets (\d+)")]
    private static partial Regex CountPattern();
}
