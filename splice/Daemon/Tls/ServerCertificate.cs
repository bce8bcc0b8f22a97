using System.Security.Cryptography;

namespace Splice.Daemon.Tls;

/// <summary>
/// A certificate with its chain and key, in OpenSSL's form. Nobody disposes it: connections may still be choosing it when
/// a newer one takes its place, so its parts go with the last that refers to it.
/// </summary>
public sealed class ServerCertificate
{
    private readonly X509Handle _leaf;
    private readonly KeyHandle _key;
    private readonly ChainHandle _chain;

    private ServerCertificate(CertificateContent content, X509Handle leaf, KeyHandle key, ChainHandle chain)
    {
        (Names, NotAfter, Fingerprint) = (content.Names, content.NotAfter, SHA256.HashData(content.Leaf));
        (_leaf, _key, _chain) = (leaf, key, chain);
    }

    /// <summary>Host names and addresses of the certificate, lower case; a name may begin with <c>*.</c></summary>
    public IReadOnlyList<string> Names { get; }

    public DateTimeOffset NotAfter { get; }

    /// <summary>SHA-256 of the certificate itself.</summary>
    public IReadOnlyList<byte> Fingerprint { get; }

    /// <summary>Whether a client would take it for the host; a wildcard stands for one label (RFC 9525 §6.3).</summary>
    public bool Covers(string host) => Names.Contains(host) || CoversByWildcard(host);

    internal bool CoversByWildcard(string host) =>
        host.IndexOf('.', StringComparison.Ordinal) is > 0 and var dot && Names.Contains($"*{host[dot..]}");

    internal static unsafe ServerCertificate Create(CertificateContent content)
    {
        var leaf = ReadX509(content.Leaf);
        var chain = LibCrypto.NewChain();
        foreach (var bytes in content.Chain)
        {
            using var issuer = ReadX509(bytes);
            _ = LibCrypto.KeepX509(issuer);
            _ = LibCrypto.PushToChain(chain, issuer);
        }

        fixed (byte* start = content.Key)
        {
            var cursor = start;
            var key = LibCrypto.ReadKey(0, &cursor, content.Key.Length);
            return key.IsInvalid
                ? throw new OpenSslException("d2i_AutoPrivateKey")
                : new ServerCertificate(content, leaf, key, chain);
        }
    }

    /// <summary>Presents it on a connection that has asked for one.</summary>
    internal bool UseFor(nint ssl) => LibSsl.UseCertificate(ssl, _leaf, _key, _chain, 1) == 1;

    private static unsafe X509Handle ReadX509(byte[] bytes)
    {
        fixed (byte* start = bytes)
        {
            var cursor = start;
            var certificate = LibCrypto.ReadX509(0, &cursor, bytes.Length);
            return certificate.IsInvalid ? throw new OpenSslException("d2i_X509") : certificate;
        }
    }
}
