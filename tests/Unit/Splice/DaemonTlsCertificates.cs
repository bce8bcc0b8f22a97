using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Splice.Daemon.Configuration;

namespace Tests.Unit.Splice;

/// <summary>Certificates in files of a folder of their own.</summary>
internal sealed class DaemonTlsCertificates : IDisposable
{
    public string Folder { get; } = Directory.CreateTempSubdirectory("spliced-tls-").FullName;

    public CertificateConfig Make(string file, params string[] names) => Make(file, DateTimeOffset.UtcNow.AddDays(30), names);

    public CertificateConfig Make(string file, DateTimeOffset notAfter, params string[] names)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={file}", key, HashAlgorithmName.SHA256);
        AddNames(request, names);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-60), notAfter);
        return Write(file, certificate.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
    }

    public CertificateConfig MakeRsa(string file, params string[] names)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest($"CN={file}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        AddNames(request, names);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(30));
        return Write(file, certificate.ExportCertificatePem(), key.ExportRSAPrivateKeyPem());
    }

    public string Write(string file, string text)
    {
        var path = Path.Combine(Folder, file);
        File.WriteAllText(path, text);
        return path;
    }

    public void Dispose() => Directory.Delete(Folder, true);

    private CertificateConfig Write(string file, string certificate, string key) =>
        new(Write($"{file}.pem", certificate), Write($"{file}.key", key));

    private static void AddNames(CertificateRequest request, string[] names)
    {
        var builder = new SubjectAlternativeNameBuilder();
        foreach (var name in names)
        {
            if (IPAddress.TryParse(name, out var address))
            {
                builder.AddIpAddress(address);
            }
            else
            {
                builder.AddDnsName(name);
            }
        }

        if (names.Length > 0)
        {
            request.CertificateExtensions.Add(builder.Build());
        }
    }
}
