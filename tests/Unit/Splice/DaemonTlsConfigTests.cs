using Splice.Daemon.Configuration;

namespace Tests.Unit.Splice;

public sealed class DaemonTlsConfigTests : IDisposable
{
    private readonly DaemonTlsCertificates _files = new();

    [Fact]
    public void Section_IsOptional()
    {
        var config = Read(null, [], out var mistakes);

        Assert.Empty(mistakes);
        Assert.Null(config!.Tls);
    }

    [Fact]
    public void Section_WithItsKeys_IsRead()
    {
        var files = _files.Make("one", "webmail.lab");

        var config = Read(new { Certificates = new[] { files }, HandshakeTimeoutSeconds = 5, HandshakesMax = 7 }, ["Webmail.lab"], out var mistakes);

        Assert.Empty(mistakes);
        Assert.Equal((443, 7, TimeSpan.FromSeconds(5)), (config!.Tls!.Port, config.Tls.HandshakesMax, config.Tls.HandshakeTimeout));
        Assert.Equal([files], config.Tls.Certificates);
        Assert.Equal(["webmail.lab"], config.Pools[1].PlainHosts);
    }

    [Fact]
    public void Mistakes_AreAllNamedByTheirKeys()
    {
        var files = _files.Make("one", "webmail.lab");
        var other = _files.Make("two", "two.lab");
        var nameless = _files.Make("nameless");

        Read(
            new
            {
                Port = 80,
                HandshakesMax = 0,
                HandshakeTimeoutSeconds = 0,
                Certificates = new[]
                {
                    new CertificateConfig(files.CertificateFile, other.KeyFile),
                    new CertificateConfig("absent.pem", "absent.key"),
                    nameless,
                    new CertificateConfig(files.KeyFile, files.KeyFile),
                },
            },
            ["files.lab"], out var mistakes);

        Assert.Equal(
            [
                "pools[1].plainHosts", "tls.handshakeTimeoutSeconds", "tls.handshakesMax", "tls.port", "tls.certificates[0]",
                "tls.certificates[1].certificateFile", "tls.certificates[1].keyFile", "tls.certificates[2]", "tls.certificates[3]",
            ],
            mistakes.Select(mistake => mistake.Split(':')[0]));
        Assert.Contains(other.KeyFile, mistakes[4], StringComparison.Ordinal);
    }

    [Fact]
    public void Certificates_AreNeeded()
    {
        Read(new { Port = 443 }, [], out var mistakes);

        Assert.StartsWith("tls.certificates: is empty", Assert.Single(mistakes), StringComparison.Ordinal);
    }

    public void Dispose() => _files.Dispose();

    private SplicedConfig? Read(object? tls, string[] plainHosts, out IReadOnlyList<string> mistakes) =>
        DaemonConfigFile.Read(_files, tls, plainHosts, null, out mistakes);
}
