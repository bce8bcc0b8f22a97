using System.Net.Security;
using System.Security.Cryptography;
using System.Text;

namespace Splice.Wire.Tls;

/// <summary>Keys from traffic secrets (RFC 8446 §7.1 to §7.3).</summary>
public static class KeySchedule
{
    public const int IvBytes = 12;
    private const int LabelBytesMax = 32;

    /// <summary>Whether the record layer knows a suite.</summary>
    public static bool Supports(TlsCipherSuite suite) => suite is TlsCipherSuite.TLS_AES_128_GCM_SHA256
        or TlsCipherSuite.TLS_AES_256_GCM_SHA384 or TlsCipherSuite.TLS_CHACHA20_POLY1305_SHA256;

    /// <summary>Bytes of a traffic secret: those of the suite's hash.</summary>
    public static int SecretBytes(TlsCipherSuite suite) => suite == TlsCipherSuite.TLS_AES_256_GCM_SHA384 ? 48 : 32;

    public static int KeyBytes(TlsCipherSuite suite) => suite == TlsCipherSuite.TLS_AES_128_GCM_SHA256 ? 16 : 32;

    public static byte[] Key(TlsCipherSuite suite, ReadOnlySpan<byte> secret) => ExpandLabel(suite, secret, "key", KeyBytes(suite));

    public static byte[] Iv(TlsCipherSuite suite, ReadOnlySpan<byte> secret) => ExpandLabel(suite, secret, "iv", IvBytes);

    /// <summary>The secret after a KeyUpdate.</summary>
    public static byte[] Next(TlsCipherSuite suite, ReadOnlySpan<byte> secret) =>
        ExpandLabel(suite, secret, "traffic upd", SecretBytes(suite));

    /// <summary>HKDF-Expand-Label with an empty context.</summary>
    private static byte[] ExpandLabel(TlsCipherSuite suite, ReadOnlySpan<byte> secret, string label, int lengthBytes)
    {
        var hash = suite == TlsCipherSuite.TLS_AES_256_GCM_SHA384 ? HashAlgorithmName.SHA384 : HashAlgorithmName.SHA256;
        Span<byte> info = stackalloc byte[2 + 1 + LabelBytesMax + 1];
        var full = Encoding.ASCII.GetBytes("tls13 " + label);
        info[0] = (byte)(lengthBytes >> 8);
        info[1] = (byte)lengthBytes;
        info[2] = (byte)full.Length;
        full.CopyTo(info[3..]);
        info[3 + full.Length] = 0;
        var output = new byte[lengthBytes];
        HKDF.Expand(hash, secret, output, info[..(3 + full.Length + 1)]);
        return output;
    }
}
