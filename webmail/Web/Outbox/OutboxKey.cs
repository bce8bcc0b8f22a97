using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Webmail.Mail.Seams;
using Webmail.Web.Config;
using Webmail.Web.Sessions;

namespace Webmail.Web.Outbox;

/// <summary>
/// Seals the credentials of submissions, so that any backend can send them and the database alone opens nothing. The key is
/// derived from the cluster key; without one it is this process's own, and what waits over a restart waits for the next sign-in.
/// </summary>
internal sealed class OutboxKey(byte[] key)
{
    private const int Bytes = 32;

    private readonly byte[] _key = HKDF.DeriveKey(HashAlgorithmName.SHA256, key, Bytes, info: "webmail outbox credentials"u8.ToArray());

    public static OutboxKey Of(SpliceConfig splice) => new(splice.Enabled ? File.ReadAllBytes(splice.ClusterKeyFile) : Random(Bytes));

    /// <summary>Within effects only: no answer shows it.</summary>
    public byte[] Seal(string account, Credentials credentials) =>
        Sealed.Seal(_key, JsonSerializer.SerializeToUtf8Bytes(credentials), Encoding.UTF8.GetBytes(account), Random(Sealed.NonceBytes));

    /// <summary>Null if it was sealed for another account or under another key.</summary>
    public Credentials? Open(string account, byte[] sealedCredentials) =>
        Sealed.Open(_key, sealedCredentials, Encoding.UTF8.GetBytes(account)) is { } plain ? JsonSerializer.Deserialize<Credentials>(plain) : null;

#pragma warning disable RS0030 // Never shown, and never asked for again by a replay: what is sealed lies in the database.
    private static byte[] Random(int bytes) => RandomNumberGenerator.GetBytes(bytes);
#pragma warning restore RS0030
}
