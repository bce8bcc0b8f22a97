using System.Net.Security;
using System.Security.Cryptography;

namespace Splice.Wire.Tls;

/// <summary>
/// Traffic secrets on their way to a backend and in the flow record: AES-256-GCM under a key derived from the cluster key,
/// bound to their flow. See FORMATS.md, "Sealed TLS secrets".
/// </summary>
public sealed class TlsSecretsSeal : IDisposable
{
    /// <summary>Longer ones, which a client with very long names might get, are not sent.</summary>
    public const int TicketBytesMax = 512;

    /// <summary>Without a ticket.</summary>
    public const int LengthBytesMax = NonceBytes + 2 + 2 * 48 + TagBytes;
    private const int NonceBytes = 12;
    private const int TagBytes = 16;
    private readonly ThreadLocal<AesGcm> _cipher;

    public TlsSecretsSeal(ReadOnlySpan<byte> clusterKey)
    {
        var key = new byte[32];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, clusterKey, key, default, "splice tls 1"u8);
        // An AesGcm must not be used by two threads at once.
        _cipher = new(() => new AesGcm(key, TagBytes), trackAllValues: true);
    }

    public byte[] Seal(FlowId flow, TlsSecrets secrets)
    {
        var plain = new byte[2 + secrets.Client.Length + secrets.Server.Length + secrets.Ticket.Length];
        var writer = new SpanWriter(plain);
        writer.U16((ushort)secrets.Suite);
        secrets.Client.Span.CopyTo(writer.Take(secrets.Client.Length));
        secrets.Server.Span.CopyTo(writer.Take(secrets.Server.Length));
        secrets.Ticket.Span.CopyTo(writer.Take(secrets.Ticket.Length));
        var bytes = new byte[NonceBytes + plain.Length + TagBytes];
        RandomNumberGenerator.Fill(bytes.AsSpan(0, NonceBytes));
        _cipher.Value!.Encrypt(
            bytes.AsSpan(0, NonceBytes), plain, bytes.AsSpan(NonceBytes, plain.Length), bytes.AsSpan(^TagBytes..), Additional(flow));
        CryptographicOperations.ZeroMemory(plain);
        return bytes;
    }

    /// <exception cref="CryptographicException">Another cluster key, another flow, or damaged.</exception>
    public TlsSecrets Open(FlowId flow, ReadOnlySpan<byte> bytes)
    {
        var lengthBytes = bytes.Length - NonceBytes - TagBytes;
        if (lengthBytes < 2)
        {
            throw new CryptographicException($"the TLS secrets of flow {flow} are {bytes.Length} bytes, too short to be sealed");
        }

        var plain = new byte[lengthBytes];
        _cipher.Value!.Decrypt(bytes[..NonceBytes], bytes[NonceBytes..^TagBytes], bytes[^TagBytes..], plain, Additional(flow));
        var suite = (TlsCipherSuite)(plain[0] << 8 | plain[1]);
        if (!KeySchedule.Supports(suite) || plain.Length < 2 + 2 * KeySchedule.SecretBytes(suite))
        {
            throw new CryptographicException($"the TLS secrets of flow {flow} are of a suite 0x{(ushort)suite:x4} that is not known");
        }

        var secretBytes = KeySchedule.SecretBytes(suite);
        return new TlsSecrets(
            suite, plain.AsMemory(2, secretBytes), plain.AsMemory(2 + secretBytes, secretBytes), plain.AsMemory(2 + 2 * secretBytes));
    }

    public void Dispose()
    {
        foreach (var cipher in _cipher.Values)
        {
            cipher.Dispose();
        }

        _cipher.Dispose();
    }

    private static byte[] Additional(FlowId flow)
    {
        var bytes = new byte[FlowId.LengthBytes];
        flow.Write(bytes);
        return bytes;
    }
}
