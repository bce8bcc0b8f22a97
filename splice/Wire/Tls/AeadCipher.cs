using System.Net.Security;
using System.Security.Cryptography;

namespace Splice.Wire.Tls;

/// <summary>
/// A key of a TLS 1.3 cipher (AEAD, RFC 5116) in use. What it seals may lie in pieces and comes out elsewhere, so nobody has to
/// gather it first: the classes of .NET take it in one. Not for two threads at once.
/// </summary>
internal sealed class AeadCipher : IDisposable
{
    private static readonly nint Aes128Gcm = Evp.Fetch(0, "AES-128-GCM", 0);
    private static readonly nint Aes256Gcm = Evp.Fetch(0, "AES-256-GCM", 0);
    private static readonly nint ChaCha20Poly1305 = Evp.Fetch(0, "ChaCha20-Poly1305", 0);
    private readonly EvpContextHandle _context = Evp.NewContext();

    public AeadCipher(TlsCipherSuite suite, ReadOnlySpan<byte> key) =>
        Check(Evp.Init(_context, Cipher(suite), 0, key, default, Evp.NoDirection));

    /// <summary>Begins a TLS record.</summary>
    /// <param name="nonce">12 bytes, used once.</param>
    /// <param name="associated">Is authenticated, not encrypted.</param>
    /// <param name="seals">Or opens.</param>
    public void Begin(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> associated, bool seals)
    {
        Check(Evp.Init(_context, 0, 0, default, nonce, seals ? 1 : 0));
        Check(Evp.Associate(_context, 0, out _, associated, associated.Length));
    }

    /// <summary>The next piece; as many bytes come out, in place or elsewhere. Returns what is behind them.</summary>
    public Span<byte> Update(ReadOnlySpan<byte> input, Span<byte> output)
    {
        if (input.IsEmpty)
        {
            return output;
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(output.Length, input.Length);
        Check(Evp.Update(_context, ref output[0], out var bytes, input, input.Length));
        return output[bytes..];
    }

    public void EndSealing(Span<byte> tag)
    {
        Check(Evp.Final(_context, ref tag[0], out _));
        Check(Evp.Control(_context, Evp.GetTag, tag.Length, ref tag[0]));
    }

    /// <summary>False if the TLS record is not what was sealed.</summary>
    public bool TryEndOpening(Span<byte> tag)
    {
        Check(Evp.Control(_context, Evp.SetTag, tag.Length, ref tag[0]));
        return Evp.Final(_context, ref tag[0], out _) == 1;
    }

    public void Dispose() => _context.Dispose();

    private static nint Cipher(TlsCipherSuite suite) => suite switch
    {
        TlsCipherSuite.TLS_AES_128_GCM_SHA256 => Aes128Gcm,
        TlsCipherSuite.TLS_AES_256_GCM_SHA384 => Aes256Gcm,
        TlsCipherSuite.TLS_CHACHA20_POLY1305_SHA256 => ChaCha20Poly1305,
        _ => throw new ArgumentOutOfRangeException(nameof(suite), suite, "a cipher suite that no handshake here chooses"),
    };

    private static void Check(int result)
    {
        if (result != 1)
        {
            throw new CryptographicException("libcrypto refused a cipher; is the OpenSSL 3 of this machine whole?");
        }
    }
}
