using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Appliance.Cli.Lab;

/// <summary>
/// The lab's own certificate authority, and what it vouches for. Made when missing, again when about to end or when names
/// have changed; spliced notices by itself.
/// </summary>
public static class LabCertificates
{
    private const string AuthorityName = "ca.pem";

    /// <summary>id-kp-serverAuth (RFC 5280 §4.2.1.12).</summary>
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";

    private const int AuthorityDays = 3650;
    private const int ServerDays = 390;
    private static readonly TimeSpan RenewBefore = TimeSpan.FromDays(30);

    /// <summary>What a browser or curl must trust.</summary>
    public static string AuthorityFile => LabPaths.EtcCommon(AuthorityName);

    /// <summary>For a client that trusts this authority and no other.</summary>
    public static X509ChainPolicy TrustPolicy() => Trust(X509CertificateLoader.LoadCertificateFromFile(AuthorityFile));

    /// <summary>Several, to show that the name decides: the first is for everything else.</summary>
    public static IReadOnlyList<CertificatePaths> Prepare() =>
        Prepare(Path.GetDirectoryName(AuthorityFile)!, [.. Topology.AddressPairs.Select(pair => pair.VirtualAddress), Topology.WebmailHost], [Topology.SecondHost], [Topology.SampleHost]);

    /// <summary>A certificate for each list of names, in files named after the last.</summary>
    public static IReadOnlyList<CertificatePaths> Prepare(string folder, params string[][] names)
    {
        using var authority = Authority(folder);
        return names.Select(each => Server(authority, folder, each)).ToList();
    }

    private static X509Certificate2 Authority(string folder)
    {
        var (file, keyFile) = (Path.Combine(folder, AuthorityName), Path.Combine(folder, "ca.key"));
        if (Load(file, keyFile) is { } kept)
        {
            return kept;
        }

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=appliance lab authority", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        var made = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(AuthorityDays));
        Write(keyFile, key.ExportPkcs8PrivateKeyPem(), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Write(file, made.ExportCertificatePem());
        return made;
    }

    private static CertificatePaths Server(X509Certificate2 authority, string folder, string[] names)
    {
        var paths = new CertificatePaths(Path.Combine(folder, $"{names[^1]}.pem"), Path.Combine(folder, $"{names[^1]}.key"));
        using var kept = Load(paths.CertificateFile, paths.KeyFile);
        if (kept is not null && IsOf(kept, authority) && NamesOf(kept).SetEquals(names))
        {
            return paths;
        }

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={names[^1]}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(ServerAuthentication)], false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(authority, true, false));
        request.CertificateExtensions.Add(AlternativeNames(names));
        var serial = RandomNumberGenerator.GetBytes(16);
        serial[0] &= 0x7f;
        var end = DateTimeOffset.UtcNow.AddDays(ServerDays);
        using var made = request.Create(authority, DateTimeOffset.UtcNow.AddDays(-1), end < authority.NotAfter ? end : authority.NotAfter, serial);
        Write(paths.KeyFile, key.ExportPkcs8PrivateKeyPem(), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Write(paths.CertificateFile, made.ExportCertificatePem());
        return paths;
    }

    /// <summary>Null if it is missing, broken or about to end.</summary>
    private static X509Certificate2? Load(string certificateFile, string keyFile)
    {
        try
        {
            var certificate = X509Certificate2.CreateFromPemFile(certificateFile, keyFile);
            if (certificate.NotAfter > DateTime.Now + RenewBefore)
            {
                return certificate;
            }

            certificate.Dispose();
            return null;
        }
        catch (Exception exception) when (exception is IOException or CryptographicException or ArgumentException)
        {
            return null;
        }
    }

    private static bool IsOf(X509Certificate2 certificate, X509Certificate2 authority)
    {
        using var chain = new X509Chain { ChainPolicy = Trust(authority) };
        return chain.Build(certificate);
    }

    private static X509ChainPolicy Trust(X509Certificate2 authority) => new()
    {
        TrustMode = X509ChainTrustMode.CustomRootTrust,
        CustomTrustStore = { authority },
        RevocationMode = X509RevocationMode.NoCheck,
    };

    private static HashSet<string> NamesOf(X509Certificate2 certificate) =>
        certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>()
            .SelectMany(names => names.EnumerateDnsNames().Concat(names.EnumerateIPAddresses().Select(address => address.ToString())))
            .ToHashSet();

    private static X509Extension AlternativeNames(string[] names)
    {
        var builder = new SubjectAlternativeNameBuilder();
        foreach (var name in names)
        {
            if (System.Net.IPAddress.TryParse(name, out var address))
            {
                builder.AddIpAddress(address);
            }
            else
            {
                builder.AddDnsName(name);
            }
        }

        return builder.Build();
    }

    /// <summary>Whole or not at all: spliced may be reading the file.</summary>
    private static void Write(
        string path, string text, UnixFileMode mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead)
    {
        var fresh = path + ".new";
        File.Delete(fresh);
        using (var file = new StreamWriter(fresh, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = mode }))
        {
            file.Write(text);
        }

        File.Move(fresh, path, true);
    }
}

/// <summary>PEM files of one certificate, as spliced's configuration names them.</summary>
public sealed record CertificatePaths(string CertificateFile, string KeyFile);
