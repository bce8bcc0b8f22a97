using System.Net;
using Webmail.Web.Sessions;

namespace Tests.Unit.Webmail;

public sealed class ClientNetworkTests
{
    [Theory]
    [InlineData("192.0.2.7", "192.0.2.7")]
    [InlineData("::ffff:192.0.2.7", "192.0.2.7")]
    [InlineData("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64")]
    [InlineData("fd77::10", "fd77::/64")]
    public void Address_IsCountedWithThoseThatItsOwnerHas(string address, string expected) =>
        Assert.Equal(expected, ClientNetwork.Of(IPAddress.Parse(address)));
}
