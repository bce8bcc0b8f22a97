using System.Security.Cryptography;

namespace Splice.Wire;

/// <summary>
/// AES-256-GCM under a key derived from the cluster key for one purpose (HKDF, RFC 5869). What is sealed is the nonce, 96 random bits, then the
/// content, then the tag.
/// </summary>
public sealed class ClusterCipher : IDisposable
{
    public const int OverheadBytes = NonceBytes + TagBytes;
    private const int NonceBytes = 12;
    private const int TagBytes = 16;
    private readonly ThreadLocal<AesGcm> _cipher;

    public ClusterCipher(ReadOnlySpan<byte> clusterKey, ReadOnlySpan<byte> purpose)
    {
        var key = new byte[32];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, clusterKey, key, default, purpose);
        // An AesGcm must not be used by two threads at once.
        _cipher = new(() => new AesGcm(key, TagBytes), trackAllValues: true);
    }

    /// <param name="content">What nobody else is to read.</param>
    /// <param name="additional">Where it belongs: it opens nowhere else.</param>
    public byte[] Seal(ReadOnlySpan<byte> content, ReadOnlySpan<byte> additional)
    {
        var bytes = new byte[OverheadBytes + content.Length];
        var nonce = bytes.AsSpan(0, NonceBytes);
        RandomNumberGenerator.Fill(nonce);
        _cipher.Value!.Encrypt(nonce, content, bytes.AsSpan(NonceBytes, content.Length), bytes.AsSpan(^TagBytes..), additional);
        return bytes;
    }

    /// <param name="bytes">At least <see cref="OverheadBytes"/>.</param>
    /// <param name="additional">As it was sealed with.</param>
    /// <exception cref="CryptographicException">Another cluster key, another place, or damaged.</exception>
    public byte[] Open(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> additional)
    {
        var content = new byte[bytes.Length - OverheadBytes];
        _cipher.Value!.Decrypt(bytes[..NonceBytes], bytes[NonceBytes..^TagBytes], bytes[^TagBytes..], content, additional);
        return content;
    }

    public void Dispose()
    {
        foreach (var cipher in _cipher.Values)
        {
            cipher.Dispose();
        }

        _cipher.Dispose();
    }
}
