using System.Security.Cryptography;
using System.Text.Json;
using Splice.Hooks;
using Webmail.Mail.Seams;

namespace Webmail.Web.Sessions;

/// <summary>Seals credentials with AES-256-GCM for one place, where alone they can be opened; layout: nonce, tag, ciphertext.</summary>
public static class CredentialSeal
{
    private const int NonceBytes = 12;
    private const int TagBytes = 16;

    /// <summary>For a session's row.</summary>
    public static byte[] Seal(SessionKey key, Credentials credentials, IEntropy entropy)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(entropy);
        Span<byte> nonce = stackalloc byte[NonceBytes];
        entropy.Fill(nonce);
        return Seal(key.SealingKey(), key.RowId(), credentials, nonce);
    }

    /// <param name="key">32 bytes.</param>
    /// <param name="place">What must be the same when it is opened.</param>
    /// <param name="credentials">What to seal.</param>
    /// <param name="nonce">12 bytes, never the same twice under one key.</param>
    public static byte[] Seal(ReadOnlySpan<byte> key, ReadOnlySpan<byte> place, Credentials credentials, ReadOnlySpan<byte> nonce)
    {
        var plain = JsonSerializer.SerializeToUtf8Bytes(credentials);
        var sealedBytes = new byte[NonceBytes + TagBytes + plain.Length];
        nonce.CopyTo(sealedBytes);
        using var aes = new AesGcm(key, TagBytes);
        aes.Encrypt(nonce, plain, sealedBytes.AsSpan(NonceBytes + TagBytes), sealedBytes.AsSpan(NonceBytes, TagBytes), place);
        return sealedBytes;
    }

    /// <summary>Null when the row was altered or belongs to another key.</summary>
    public static Credentials? Open(SessionKey key, ReadOnlySpan<byte> sealedBytes)
    {
        ArgumentNullException.ThrowIfNull(key);
        return Open(key.SealingKey(), key.RowId(), sealedBytes);
    }

    /// <summary>Null when it was altered, or sealed for another place or under another key.</summary>
    public static Credentials? Open(ReadOnlySpan<byte> key, ReadOnlySpan<byte> place, ReadOnlySpan<byte> sealedBytes)
    {
        if (sealedBytes.Length < NonceBytes + TagBytes)
        {
            return null;
        }

        var plain = new byte[sealedBytes.Length - NonceBytes - TagBytes];
        using var aes = new AesGcm(key, TagBytes);
        try
        {
            aes.Decrypt(sealedBytes[..NonceBytes], sealedBytes[(NonceBytes + TagBytes)..], sealedBytes.Slice(NonceBytes, TagBytes), plain, place);
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }

        return JsonSerializer.Deserialize<Credentials>(plain);
    }
}
