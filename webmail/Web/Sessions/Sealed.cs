using System.Security.Cryptography;
using Splice.Hooks;

namespace Webmail.Web.Sessions;

/// <summary>Seals bytes with AES-256-GCM; layout: nonce, tag, ciphertext.</summary>
internal static class Sealed
{
    public const int NonceBytes = 12;
    private const int TagBytes = 16;

    /// <param name="key">32 bytes.</param>
    /// <param name="plain">What is sealed.</param>
    /// <param name="place">What it belongs to: sealed bytes that are moved elsewhere do not open.</param>
    /// <param name="entropy">Of the request.</param>
    public static byte[] Seal(ReadOnlySpan<byte> key, ReadOnlySpan<byte> plain, ReadOnlySpan<byte> place, IEntropy entropy)
    {
        Span<byte> nonce = stackalloc byte[NonceBytes];
        entropy.Fill(nonce);
        return Seal(key, plain, place, nonce);
    }

    /// <param name="key">32 bytes.</param>
    /// <param name="plain">What is sealed.</param>
    /// <param name="place">What it belongs to.</param>
    /// <param name="nonce">12 bytes, never the same twice under one key.</param>
    public static byte[] Seal(ReadOnlySpan<byte> key, ReadOnlySpan<byte> plain, ReadOnlySpan<byte> place, ReadOnlySpan<byte> nonce)
    {
        var sealedBytes = new byte[NonceBytes + TagBytes + plain.Length];
        nonce.CopyTo(sealedBytes);
        using var aes = new AesGcm(key, TagBytes);
        aes.Encrypt(nonce, plain, sealedBytes.AsSpan(NonceBytes + TagBytes), sealedBytes.AsSpan(NonceBytes, TagBytes), place);
        return sealedBytes;
    }

    /// <summary>Null when the bytes were altered, belong elsewhere or to another key.</summary>
    public static byte[]? Open(ReadOnlySpan<byte> key, ReadOnlySpan<byte> sealedBytes, ReadOnlySpan<byte> place)
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
            return plain;
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
    }
}
