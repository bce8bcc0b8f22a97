using System.Net.Security;
using System.Security.Cryptography;

namespace Splice.Wire.Tls;

/// <summary>
/// Traffic secrets on their way to a backend and in the flow record: AES-256-GCM under a key derived from the cluster key,
/// bound to their flow. See FORMATS.md, "Sealed TLS secrets".
/// </summary>
public sealed class TlsSecretsSeal(ReadOnlySpan<byte> clusterKey) : IDisposable
{
    /// <summary>Longer ones, which a client with very long names might get, are not sent.</summary>
    public const int TicketBytesMax = 512;

    /// <summary>Without a ticket.</summary>
    public const int LengthBytesMax = ClusterCipher.OverheadBytes + 2 + 2 * 48;
    private readonly ClusterCipher _cipher = new(clusterKey, "splice tls 1"u8);

    public byte[] Seal(FlowId flow, TlsSecrets secrets)
    {
        var plain = new byte[2 + secrets.Client.Length + secrets.Server.Length + secrets.Ticket.Length];
        var writer = new SpanWriter(plain);
        writer.U16((ushort)secrets.Suite);
        secrets.Client.Span.CopyTo(writer.Take(secrets.Client.Length));
        secrets.Server.Span.CopyTo(writer.Take(secrets.Server.Length));
        secrets.Ticket.Span.CopyTo(writer.Take(secrets.Ticket.Length));
        var bytes = _cipher.Seal(plain, Additional(flow));
        CryptographicOperations.ZeroMemory(plain);
        return bytes;
    }

    /// <exception cref="CryptographicException">Another cluster key, another flow, or damaged.</exception>
    public TlsSecrets Open(FlowId flow, ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < ClusterCipher.OverheadBytes + 2)
        {
            throw new CryptographicException($"the TLS secrets of flow {flow} are {bytes.Length} bytes, too short to be sealed");
        }

        var plain = _cipher.Open(bytes, Additional(flow));
        var suite = (TlsCipherSuite)(plain[0] << 8 | plain[1]);
        if (!KeySchedule.Supports(suite) || plain.Length < 2 + 2 * KeySchedule.SecretBytes(suite))
        {
            throw new CryptographicException($"the TLS secrets of flow {flow} are of a suite 0x{(ushort)suite:x4} that is not known");
        }

        var secretBytes = KeySchedule.SecretBytes(suite);
        return new TlsSecrets(
            suite, plain.AsMemory(2, secretBytes), plain.AsMemory(2 + secretBytes, secretBytes), plain.AsMemory(2 + 2 * secretBytes));
    }

    public void Dispose() => _cipher.Dispose();

    private static byte[] Additional(FlowId flow)
    {
        var bytes = new byte[FlowId.LengthBytes];
        flow.Write(bytes);
        return bytes;
    }
}
