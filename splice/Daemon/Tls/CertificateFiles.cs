using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Splice.Daemon.Configuration;

namespace Splice.Daemon.Tls;

/// <summary>Reads a certificate with its chain, and its key, from PEM files. What is wrong with them is one sentence.</summary>
internal static class CertificateFiles
{
    private const string EcdsaKey = "1.2.840.10045.2.1";
    private const string RsaKey = "1.2.840.113549.1.1.1";

    /// <summary>Null and a mistake that names the file and the next step.</summary>
    public static CertificateContent? Read(CertificateConfig files, out string mistake)
    {
        if (ReadText(files.CertificateFile, out mistake) is not { } certificatePem || ReadText(files.KeyFile, out mistake) is not { } keyPem)
        {
            return null;
        }

        var chain = new X509Certificate2Collection();
        try
        {
            chain.ImportFromPem(certificatePem);
            if (chain.Count == 0)
            {
                mistake = $"{files.CertificateFile}: holds no certificate in PEM; put the server's first, then its issuers";
                return null;
            }

            return Combine(chain, files, keyPem, out mistake);
        }
        catch (CryptographicException exception)
        {
            mistake = $"{files.CertificateFile}: {exception.Message}";
            return null;
        }
        finally
        {
            foreach (var certificate in chain)
            {
                certificate.Dispose();
            }
        }
    }

    /// <summary>Changes when either file's bytes do. Their times would not: a link further up the path may be turned.</summary>
    public static string Fingerprint(CertificateConfig files) => HashOf(files.CertificateFile) + HashOf(files.KeyFile);

    private static CertificateContent? Combine(X509Certificate2Collection chain, CertificateConfig files, string keyPem, out string mistake)
    {
        var leaf = chain[0];
        var names = NamesOf(leaf);
        if (names.Count == 0)
        {
            mistake = $"{files.CertificateFile}: names no host; browsers look at its subject alternative names only";
            return null;
        }

        if (KeyFor(leaf, files, keyPem, out mistake) is not { } key)
        {
            return null;
        }

        return new CertificateContent(
            leaf.RawData, chain.Skip(1).Select(issuer => issuer.RawData).ToList(), key, names, new DateTimeOffset(leaf.NotAfter.ToUniversalTime()));
    }

    private static byte[]? KeyFor(X509Certificate2 leaf, CertificateConfig files, string keyPem, out string mistake)
    {
        mistake = "";
        try
        {
            switch (leaf.GetKeyAlgorithm())
            {
                case EcdsaKey:
                {
                    using var key = ECDsa.Create();
                    key.ImportFromPem(keyPem);
                    using var joined = leaf.CopyWithPrivateKey(key);
                    return key.ExportPkcs8PrivateKey();
                }

                case RsaKey:
                {
                    using var key = RSA.Create();
                    key.ImportFromPem(keyPem);
                    using var joined = leaf.CopyWithPrivateKey(key);
                    return key.ExportPkcs8PrivateKey();
                }

                default:
                    mistake = $"{files.CertificateFile}: has a key that is neither ECDSA nor RSA";
                    return null;
            }
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException)
        {
            mistake = $"{files.KeyFile}: is no private key, without a password and in PEM, of {files.CertificateFile}: {exception.Message}";
            return null;
        }
    }

    private static List<string> NamesOf(X509Certificate2 certificate) =>
        certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>()
            .SelectMany(names => names.EnumerateDnsNames().Concat(names.EnumerateIPAddresses().Select(address => address.ToString())))
            .Select(name => name.ToLowerInvariant()).ToList();

    private static string? ReadText(string path, out string mistake)
    {
        mistake = "";
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            mistake = $"{path}: {exception.Message}";
            return null;
        }
    }

    private static string HashOf(string path)
    {
        try
        {
            return Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return exception.GetType().Name;
        }
    }
}
