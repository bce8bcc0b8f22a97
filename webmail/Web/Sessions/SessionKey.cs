using System.Buffers.Text;
using System.Security.Cryptography;
using Splice.Hooks;

namespace Webmail.Web.Sessions;

/// <summary>
/// The random bytes in the cookie or the access token. The database knows their hash only, under which it finds the row; the key that opens
/// the row's credentials is another derivation of the same bytes, so the database alone opens nothing.
/// </summary>
public sealed class SessionKey
{
    public const int RowIdBytes = Bytes;
    private const int Bytes = 32;

    private readonly byte[] _bytes;

    private SessionKey(byte[] bytes) => _bytes = bytes;

    public static SessionKey New(IEntropy entropy)
    {
        ArgumentNullException.ThrowIfNull(entropy);
        var bytes = new byte[Bytes];
        entropy.Fill(bytes);
        return new SessionKey(bytes);
    }

    public static bool TryParse(string? text, out SessionKey key)
    {
        key = new SessionKey([]);
        if (text is null || text.Length > 2 * Bytes || !Base64Url.IsValid(text))
        {
            return false;
        }

        var bytes = Base64Url.DecodeFromChars(text);
        key = new SessionKey(bytes);
        return bytes.Length == Bytes;
    }

    /// <summary>Where the row lies.</summary>
    public byte[] RowId() => Derive("webmail session row");

    /// <summary>What opens the row.</summary>
    public byte[] SealingKey() => Derive("webmail session credentials");

    /// <summary>As cookies and access tokens have it.</summary>
    public string ToText() => Base64Url.EncodeToString(_bytes);

    private byte[] Derive(string purpose) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, _bytes, Bytes, info: System.Text.Encoding.ASCII.GetBytes(purpose));
}
