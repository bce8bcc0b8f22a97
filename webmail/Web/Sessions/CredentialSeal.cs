using System.Text.Json;
using Splice.Hooks;
using Webmail.Mail.Seams;

namespace Webmail.Web.Sessions;

/// <summary>Seals credentials under a session's key, for its row.</summary>
public static class CredentialSeal
{
    public static byte[] Seal(SessionKey key, Credentials credentials, IEntropy entropy)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(entropy);
        return Sealed.Seal(key.SealingKey(), JsonSerializer.SerializeToUtf8Bytes(credentials), key.RowId(), entropy);
    }

    /// <summary>Null when the row was altered or belongs to another key.</summary>
    public static Credentials? Open(SessionKey key, ReadOnlySpan<byte> sealedBytes)
    {
        ArgumentNullException.ThrowIfNull(key);
        return Sealed.Open(key.SealingKey(), sealedBytes, key.RowId()) is { } plain ? JsonSerializer.Deserialize<Credentials>(plain) : null;
    }
}
