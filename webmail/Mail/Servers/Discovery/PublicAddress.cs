using System.Net;
using System.Net.Sockets;

namespace Webmail.Mail.Servers.Discovery;

/// <summary>Tells addresses of the public Internet from those that mean something else on each machine (RFC 6890).</summary>
internal static class PublicAddress
{
    private static readonly IPNetwork[] Others =
    [
        // This network, private, carrier NAT, loopback, link-local, assignments, documentation, 6to4 relays, benchmarks, multicast, reserved.
        .. Networks(
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
            "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"),
        // Within the one public block: Teredo and other assignments, documentation, and 6to4, which hides an IPv4 address.
        .. Networks("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"),
    ];

    private static readonly IPNetwork Global = IPNetwork.Parse("2000::/3");

    public static bool Is(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return (plain.AddressFamily == AddressFamily.InterNetwork || Global.Contains(plain)) && !Others.Any(network => network.Contains(plain));
    }

    private static IEnumerable<IPNetwork> Networks(params string[] texts) => texts.Select(text => IPNetwork.Parse(text));
}
