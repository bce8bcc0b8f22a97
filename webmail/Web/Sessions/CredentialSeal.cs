using System.Security.Cryptography;
using System.Text.Json;
using Splice.Hooks;
using Webmail.Mail.Seams;

namespace Webmail.Web.Sessions;

/// <summary>Seals credentials with AES-256-GCM under a session's key; layout: nonce, tag, ciphertext.</summary>
public static class CredentialSeal
{
    private const int NonceBytes = 12;
    private const int TagBytes = 16;

    public static byte[] Seal(SessionKey key, Credentials credentials, IEntropy entropy)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(entropy);
        var plain = JsonSerializer.SerializeToUtf8Bytes(credentials);
        var sealedBytes = new byte[NonceBytes + TagBytes + plain.Length];
        var nonce = sealedBytes.AsSpan(0, NonceBytes);
        entropy.Fill(nonce);
        using var aes = new AesGcm(key.SealingKey(), TagBytes);
        aes.Encrypt(nonce, plain, sealedBytes.AsSpan(NonceBytes + TagBytes), sealedBytes.AsSpan(NonceBytes, TagBytes), key.RowId());
        return sealedBytes;
    }

    /// <summary>Null when the row was altered or belongs to another key.</summary>
    public static Credentials? Open(SessionKey key, ReadOnlySpan<byte> sealedBytes)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (sealedBytes.Length < NonceBytes + TagBytes)
        {
            return null;
        }

        var plain = new byte[sealedBytes.Length - NonceBytes - TagBytes];
        using var aes = new AesGcm(key.SealingKey(), TagBytes);
        try
        {
            aes.Decrypt(
                sealedBytes[..NonceBytes],
                sealedBytes[(NonceBytes + TagBytes)..],
                sealedBytes.Slice(NonceBytes, TagBytes),
                plain,
                key.RowId());
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }

        return JsonSerializer.Deserialize<Credentials>(plain);
    }
}
