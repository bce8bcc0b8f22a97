using System.Net;
using System.Text;
using MailKit.Security;
using Webmail.Mail.Imap;
using Webmail.Mail.Servers;
using Webmail.Mail.Servers.Discovery;

namespace Tests.Unit.Webmail.Domains;

/// <summary>Discovery with a name server and a web server of the test's own.</summary>
public sealed class DiscoveryTests : IAsyncLifetime
{
    private const string Domain = "example.test";
    private const string First = $"autoconfig.{Domain}/mail/config-v1.1.xml";
    private const string Second = $"{Domain}/.well-known/autoconfig/mail/config-v1.1.xml";
    private const string File =
        """
        <?xml version="1.0"?>
        <clientConfig version="1.1"><emailProvider id="x">
          <incomingServer type="pop3"><hostname>pop.example.test</hostname><port>995</port><socketType>SSL</socketType></incomingServer>
          <incomingServer type="imap"><hostname>imap.%EMAILDOMAIN%</hostname><port>993</port><socketType>SSL</socketType>
            <authentication>password-cleartext</authentication><username>%EMAILLOCALPART%</username></incomingServer>
          <incomingServer type="imap"><hostname>not a host</hostname><port>143</port><socketType>STARTTLS</socketType></incomingServer>
          <outgoingServer type="smtp"><hostname>imap.example.test</hostname><port>587</port><socketType>STARTTLS</socketType></outgoingServer>
        </emailProvider></clientConfig>
        """;

    private readonly DnsServer _dns = new();
    private readonly AutoconfigServer _web = new($"autoconfig.{Domain}", Domain);

    public async ValueTask InitializeAsync()
    {
        await _web.StartAsync();
        _dns.Address("imap.example.test", "127.0.0.1");
        _dns.Address("smtp.example.test", "127.0.0.1");
        _dns.Address($"autoconfig.{Domain}", "127.0.0.1");
        _dns.Address(Domain, "127.0.0.1");
    }

    public async ValueTask DisposeAsync()
    {
        await _web.DisposeAsync();
        _dns.Dispose();
    }

    [Fact]
    public async Task Discover_ServiceRecords_ProposesTheBestOfEachKind()
    {
        _dns.Service($"_imap._tcp.{Domain}", 143, "imap.example.test");
        _dns.Service($"_imaps._tcp.{Domain}", 9930, "smtp.example.test", priority: 20);
        _dns.Service($"_imaps._tcp.{Domain}", 993, "imap.example.test", priority: 10);
        _dns.Service($"_submissions._tcp.{Domain}", 0, ".");
        _dns.Service($"_submission._tcp.{Domain}", 587, "smtp.example.test");
        _dns.Service($"_sieve._tcp.{Domain}", 4190, "imap.example.test");

        var result = await DiscoverAsync(allowsInternal: true);

        Assert.Equal(
            new MailServers(
                new MailServerOptions("imap.example.test", 993, SecureSocketOptions.SslOnConnect),
                new MailServerOptions("smtp.example.test", 587, SecureSocketOptions.StartTls),
                new MailServerOptions("imap.example.test", 4190, SecureSocketOptions.StartTls)),
            result.Servers);
        Assert.Equal(5, result.Found.Count);
        Assert.Empty(result.Problems);
        Assert.Equal(0, _web.Requests);
    }

    [Theory]
    [InlineData(First)]
    [InlineData(Second)]
    public async Task Discover_AutoconfigFile_ProposesWhatItSays(string place)
    {
        _web.Files[place] = File;

        var result = await DiscoverAsync(allowsInternal: true);

        Assert.Equal(
            new MailServers(
                new MailServerOptions("imap.example.test", 993, SecureSocketOptions.SslOnConnect),
                new MailServerOptions("imap.example.test", 587, SecureSocketOptions.StartTls),
                null) { UserName = UserNameForm.LocalPart },
            result.Servers);
    }

    [Fact]
    public async Task Discover_InternalAddresses_AreRefusedByDefault()
    {
        _dns.Service($"_imaps._tcp.{Domain}", 993, "imap.example.test");
        _web.Files[First] = File;

        var result = await DiscoverAsync(allowsInternal: false);

        Assert.Null(result.Servers);
        Assert.Empty(result.Found);
        Assert.Equal(0, _web.Requests);
        Assert.Contains(result.Problems, problem => problem.Contains("imap.example.test has the address 127.0.0.1, which is not a public one", StringComparison.Ordinal));
        Assert.Contains(result.Problems, problem => problem.Contains("autoconfig.example.test has the address 127.0.0.1", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Discover_Redirect_IsNotFollowed()
    {
        _web.Files[$"{Domain}/elsewhere"] = File;
        _web.Redirects[First] = $"https://{Domain}:{_web.Port}/elsewhere";

        var result = await DiscoverAsync(allowsInternal: true);

        Assert.Null(result.Servers);
        Assert.Contains(result.Problems, problem => problem.EndsWith("answers 302.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Discover_FileThatIsTooLarge_IsNotRead()
    {
        _web.Files[First] = File.Replace("<emailProvider", $"<!--{new string('x', 70_000)}--><emailProvider", StringComparison.Ordinal);

        var result = await DiscoverAsync(allowsInternal: true);

        Assert.Null(result.Servers);
        Assert.Contains(result.Problems, problem => problem.Contains(First.Split('/')[0], StringComparison.Ordinal));
    }

    [Fact]
    public async Task Discover_CertificateOfSomebodyElse_IsRefused()
    {
        _web.Files[First] = File;

        var result = await new ServerDiscovery(new DiscoveryOptions { AllowsInternal = true, NameServer = _dns.Endpoint, HttpsPort = _web.Port })
            .DiscoverAsync(Domain, TestContext.Current.CancellationToken);

        Assert.Null(result.Servers);
        Assert.Contains(result.Problems, problem => problem.Contains("certificate", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("""<!DOCTYPE x [<!ENTITY e "e">]><clientConfig>&e;</clientConfig>""")]
    [InlineData("""<!DOCTYPE x SYSTEM "file:///etc/passwd"><clientConfig/>""")]
    [InlineData("not XML")]
    [InlineData("")]
    public void Read_FileThatIsNone_IsRefused(string xml) =>
        Assert.Throws<DiscoveryException>(() => AutoconfigFile.Read(Encoding.UTF8.GetBytes(xml), Domain, "here"));

    [Theory]
    [InlineData("9.9.9.9", true)]
    [InlineData("2620:fe::fe", true)]
    [InlineData("127.0.0.1", false)]
    [InlineData("10.1.2.3", false)]
    [InlineData("172.31.0.1", false)]
    [InlineData("192.168.0.1", false)]
    [InlineData("169.254.169.254", false)]
    [InlineData("100.64.0.1", false)]
    [InlineData("0.0.0.0", false)]
    [InlineData("224.0.0.1", false)]
    [InlineData("255.255.255.255", false)]
    [InlineData("::", false)]
    [InlineData("::1", false)]
    [InlineData("::ffff:127.0.0.1", false)]
    [InlineData("64:ff9b::7f00:1", false)]
    [InlineData("2002:7f00:1::", false)]
    [InlineData("fe80::1", false)]
    [InlineData("fd77::1", false)]
    [InlineData("ff02::1", false)]
    public void PublicAddress_Each_IsTold(string address, bool isPublic) => Assert.Equal(isPublic, PublicAddress.Is(IPAddress.Parse(address)));

    private Task<DiscoveryResult> DiscoverAsync(bool allowsInternal)
    {
        var options = new DiscoveryOptions
        {
            AllowsInternal = allowsInternal,
            NameServer = _dns.Endpoint,
            HttpsPort = _web.Port,
            CertificateValidation = _web.IsOurs,
        };
        return new ServerDiscovery(options).DiscoverAsync(Domain, TestContext.Current.CancellationToken);
    }
}
