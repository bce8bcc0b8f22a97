using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Splice.Daemon.Accept;
using Splice.Daemon.Configuration;
using Splice.Daemon.Routing;
using Splice.Daemon.Tls;
using Splice.Wire.Tls;

namespace Tests.Unit.Splice;

public sealed class DaemonTlsAdmissionTests : IDisposable
{
    private readonly DaemonTlsCertificates _files = new();

    [Theory]
    [InlineData("webmail.lab", "/", null)]
    [InlineData("files.lab", "/1k.bin", null)]
    [InlineData("mail.lab", "/a?b=c", "https://mail.lab/a?b=c")]
    [InlineData("10.77.0.100", "/", "https://10.77.0.100/")]
    [InlineData("mail.lab", "http://mail.lab/a", "https://mail.lab/a")]
    [InlineData("mail.lab", "http://mail.lab", "https://mail.lab/")]
    [InlineData("mail.lab", "*", "https://mail.lab/")]
    [InlineData("[::1]", "/", "https://[::1]/")]
    public void PlainRequest_GoesOnOrIsSentToHttps(string host, string target, string? location)
    {
        var answer = Admission().Refuse(Head(host, target), null);

        Assert.Equal(location is null ? null : 308, answer?.Status);
        Assert.Equal(location, answer is null ? null : LocationOf(answer));
    }

    [Fact]
    public void PlainRequest_IsSentToAnotherPortThan443()
    {
        Assert.Equal("https://mail.lab:8443/", LocationOf(Admission(8443).Refuse(Head("mail.lab", "/"), null)!));
    }

    [Fact]
    public void PlainRequest_ForAHostThatIsNone_IsAnswered400()
    {
        Assert.Equal(400, Admission().Refuse(Head("a/b", "/"), null)!.Status);
    }

    [Fact]
    public void PlainRequest_WithoutTls_GoesOn()
    {
        Assert.Null(Admission(null).Refuse(Head("mail.lab", "/"), null));
    }

    [Theory]
    [InlineData("mail.lab", "mail.lab", null)]
    [InlineData("mail.lab", "mail.lab.", null)]
    [InlineData("mail.lab", "webmail.lab", 421)]
    [InlineData("unknown.lab", "unknown.lab", null)]
    [InlineData("files.lab", "files.lab", 421)]
    [InlineData(null, "10.77.0.100", null)]
    [InlineData(null, "webmail.lab", null)]
    [InlineData(null, "mail.lab", 421)]
    public void EncryptedRequest_MustBeForTheNameOfItsConnection(string? serverName, string host, int? status)
    {
        var store = new CertificateStore(
            DaemonTlsPair.Config(_files.Make("one", "webmail.lab", "10.77.0.100")), TimeProvider.System, NullLogger<CertificateStore>.Instance);
        var connection = new TlsConnection(new TlsSecrets(default, default, default), serverName, null, store.Current.Default, 0);

        Assert.Equal(status, Admission().Refuse(Head(host, "/"), connection)?.Status);
    }

    public void Dispose() => _files.Dispose();

    private static RequestHead Head(string host, string target) => new("GET", target, host, null, 100, 0);

    private static string LocationOf(HttpAnswer answer) =>
        Encoding.Latin1.GetString(answer.Bytes).Split("\r\n").Single(line => line.StartsWith("Location: ", StringComparison.Ordinal))["Location: ".Length..];

    private static Admission Admission(ushort? port = 443)
    {
        var config = DaemonConfig.Make() with { Tls = port is { } number ? new TlsConfig { Port = number, Certificates = [] } : null };
        return new Admission(config, new Router(config, TimeProvider.System));
    }
}
