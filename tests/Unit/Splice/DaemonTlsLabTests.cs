using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Appliance.Cli.Lab;
using Splice.Daemon.Configuration;

namespace Tests.Unit.Splice;

/// <summary>The certificates that the lab makes itself.</summary>
public sealed class DaemonTlsLabTests : IDisposable
{
    private readonly DaemonTlsCertificates _files = new();

    [Fact]
    public async Task Certificate_OfTheLab_IsTrustedWithItsAuthority()
    {
        var paths = LabCertificates.Prepare(_files.Folder, ["10.77.0.100", "webmail.lab"], ["mail.lab"]);
        using var pair = await DaemonTlsPair.ConnectAsync(
            DaemonTlsPair.Config([.. paths.Select(path => new CertificateConfig(path.CertificateFile, path.KeyFile))]));
        var errors = SslPolicyErrors.RemoteCertificateNotAvailable;
        var options = DaemonTlsPair.Options("mail.lab");
        options.CertificateChainPolicy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
        };
        options.CertificateChainPolicy.CustomTrustStore.Add(X509CertificateLoader.LoadCertificateFromFile(Path.Combine(_files.Folder, "ca.pem")));
        await using var client = new SslStream(new System.Net.Sockets.NetworkStream(pair.Client, false), false, (_, _, _, found) =>
        {
            errors = found;
            return found == SslPolicyErrors.None;
        });

        var accepting = pair.AcceptAsync();
        await client.AuthenticateAsClientAsync(options, TestContext.Current.CancellationToken);

        Assert.NotNull((await accepting).Connection);
        Assert.Equal(SslPolicyErrors.None, errors);
    }

    [Fact]
    public void Prepare_Again_ChangesNothing()
    {
        LabCertificates.Prepare(_files.Folder, ["webmail.lab"]);
        var before = Contents();

        LabCertificates.Prepare(_files.Folder, ["webmail.lab"]);

        Assert.Equal(before, Contents());
    }

    [Fact]
    public void Prepare_WithOtherNames_KeepsTheAuthorityOnly()
    {
        LabCertificates.Prepare(_files.Folder, ["webmail.lab"]);
        var before = Contents();

        LabCertificates.Prepare(_files.Folder, ["10.77.0.100", "webmail.lab"]);

        var after = Contents();
        Assert.Equal(before["ca.pem"], after["ca.pem"]);
        Assert.NotEqual(before["webmail.lab.pem"], after["webmail.lab.pem"]);
    }

    [Fact]
    public void Prepare_WithoutItsAuthority_MakesAll()
    {
        LabCertificates.Prepare(_files.Folder, ["webmail.lab"]);
        var before = Contents();

        File.Delete(Path.Combine(_files.Folder, "ca.key"));
        LabCertificates.Prepare(_files.Folder, ["webmail.lab"]);

        Assert.All(Contents(), file => Assert.NotEqual(before[file.Key], file.Value));
    }

    [Fact]
    public void Keys_AreForTheirOwnerOnly()
    {
        LabCertificates.Prepare(_files.Folder, ["webmail.lab"]);

        Assert.All(
            Directory.GetFiles(_files.Folder, "*.key"), file => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file)));
    }

    public void Dispose() => _files.Dispose();

    private Dictionary<string, string> Contents() =>
        Directory.GetFiles(_files.Folder).ToDictionary(file => Path.GetFileName(file)!, File.ReadAllText);
}
