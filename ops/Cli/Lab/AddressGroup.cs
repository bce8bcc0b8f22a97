namespace Appliance.Cli.Lab;

/// <summary>Two addresses that move together, as spliced's configuration has them.</summary>
public sealed record VirtualPair(string VirtualAddress, string InnerAddress);

/// <summary>Pairs, one of each family, that keepalived moves together.</summary>
/// <param name="Name">Its name in keepalived's configuration.</param>
/// <param name="Home">The proxy that is active for it in normal operation.</param>
/// <param name="RouterId">Its number in keepalived's adverts (RFC 9568 §5.2.3).</param>
/// <param name="Pairs">That of IPv4 first.</param>
public sealed record AddressGroup(string Name, string Home, int RouterId, IReadOnlyList<VirtualPair> Pairs)
{
    /// <summary>Where clients find it over IPv4.</summary>
    public string VirtualAddress => Pairs[0].VirtualAddress;
}
