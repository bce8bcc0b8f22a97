using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Splice.Daemon.Tls;

/// <summary>
/// What tickets are sealed with: derived from the cluster key, so that every proxy knows what another has issued, from the day, so that
/// none is good for long, and from the certificates, so that whoever comes back sees a new one.
/// </summary>
public sealed class TicketKeys(ReadOnlyMemory<byte> clusterKey, TimeProvider time)
{
    /// <summary>Name, HMAC key and AES key, as OpenSSL takes them (SSL_CTX_set_tlsext_ticket_keys).</summary>
    private const int LengthBytes = 16 + 32 + 32;

    /// <summary>Days since 1970, UTC.</summary>
    public long Day => time.GetUtcNow().ToUnixTimeSeconds() / 86_400;

    internal byte[] For(long day, CertificateSet certificates)
    {
        Span<byte> info = stackalloc byte[8 + SHA256.HashSizeInBytes];
        BinaryPrimitives.WriteInt64BigEndian(info, day);
        SHA256.HashData(certificates.All.SelectMany(certificate => certificate.Fingerprint).ToArray(), info[8..]);
        var keys = new byte[LengthBytes];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, clusterKey.Span, keys, "splice ticket 1"u8, info);
        return keys;
    }
}
