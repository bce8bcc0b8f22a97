using System.Net;
using System.Net.Sockets;
using Splice.Daemon.Configuration;
using Splice.Wire;

namespace Tests.Unit.Splice;

public sealed class AddressPairConfigTests : IDisposable
{
    private const string Endpoint4 = "10.78.0.21:8080";
    private const string Endpoint6 = "[fd78::21]:8080";
    private static readonly object Pair4 = DaemonConfigFile.Pair("10.77.0.100", "10.78.0.100");
    private static readonly object Pair6 = DaemonConfigFile.Pair("fd77::100", "fd78::100");
    private readonly DaemonTlsCertificates _files = new();

    [Fact]
    public void Pairs_OfBothFamilies_AreRead()
    {
        var config = Read([Pair4, Pair6, DaemonConfigFile.Pair("10.77.0.101", "10.78.0.101")], [Endpoint4, Endpoint6], out var mistakes);

        Assert.Empty(mistakes);
        Assert.Equal(
            [AddressFamily.InterNetwork, AddressFamily.InterNetworkV6, AddressFamily.InterNetwork], config!.AddressPairs.Select(pair => pair.Family));
        Assert.Equal([IPEndPoint.Parse(Endpoint4), IPEndPoint.Parse(Endpoint6)], config.Backends[0].EndPoints);
        Assert.Equal([false, true, false], config.AddressPairs.Select(pair => pair.Serves(FlowEnd.From(IPEndPoint.Parse("[fd77::100]:443")))));
    }

    [Fact]
    public void OnePair_OfIPv6_NeedsNoIPv4()
    {
        Read([Pair6], [Endpoint6], out var mistakes);

        Assert.Empty(mistakes);
    }

    [Fact]
    public void NoPair_IsAMistake()
    {
        Read([], [Endpoint4], out var mistakes);

        Assert.StartsWith("addressPairs: is empty", Assert.Single(mistakes), StringComparison.Ordinal);
    }

    [Fact]
    public void Pair_OfTwoFamilies_NamesBothAddresses()
    {
        Read([Pair4, DaemonConfigFile.Pair("fd77::100", "10.78.0.101")], [Endpoint4, Endpoint6], out var mistakes);

        var mistake = Assert.Single(mistakes);
        Assert.StartsWith("addressPairs[1]: ", mistake, StringComparison.Ordinal);
        Assert.Contains("fd77::100 is IPv6", mistake, StringComparison.Ordinal);
        Assert.Contains("10.78.0.101 is IPv4", mistake, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("10.77.0.100", "10.78.0.101")]
    [InlineData("10.77.0.101", "10.78.0.100")]
    [InlineData("10.78.0.100", "10.78.0.101")]
    public void Address_OfTwoPairs_IsAMistake(string virtualAddress, string innerAddress)
    {
        Read([Pair4, DaemonConfigFile.Pair(virtualAddress, innerAddress)], [Endpoint4], out var mistakes);

        Assert.Matches("^addressPairs: 10.7[78].0.100 occurs 2 times", Assert.Single(mistakes));
    }

    [Fact]
    public void Address_ThatIsNoneOrLinkLocal_IsNamedByItsKey()
    {
        Read([DaemonConfigFile.Pair("10.77.0.999", "10.78.0.100"), DaemonConfigFile.Pair("fe80::1", "fd78::100")], [Endpoint4, Endpoint6], out var mistakes);

        Assert.Equal(["addressPairs[0].virtualAddress", "addressPairs[1]"], mistakes.Select(mistake => mistake.Split(':')[0]));
        Assert.Contains("'10.77.0.999'", mistakes[0], StringComparison.Ordinal);
        Assert.Contains("fe80::1", mistakes[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Backend_WithoutAnEndpointOfAPairsFamily_IsAMistake()
    {
        Read([Pair4, Pair6], [Endpoint4], out var mistakes);

        var mistake = Assert.Single(mistakes);
        Assert.StartsWith("backends[0].endpoints: backend1 has no IPv6 endpoint", mistake, StringComparison.Ordinal);
        Assert.Contains("fd77::100", mistake, StringComparison.Ordinal);
    }

    [Fact]
    public void Backend_WithTwoEndpointsOfOneFamily_IsAMistake()
    {
        Read([Pair4], [Endpoint4, "10.78.0.22:8080"], out var mistakes);

        Assert.StartsWith("backends[0].endpoints: 10.78.0.21:8080 and 10.78.0.22:8080 are both IPv4", Assert.Single(mistakes), StringComparison.Ordinal);
    }

    public void Dispose() => _files.Dispose();

    private SplicedConfig? Read(object[] pairs, string[] endpoints, out IReadOnlyList<string> mistakes) =>
        DaemonConfigFile.Read(_files, pairs, endpoints, out mistakes);
}
