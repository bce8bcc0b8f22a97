using System.Security.Cryptography;
using System.Text;
using Splice.Hooks;

namespace Webmail.Web.Sessions.SecondFactors;

/// <summary>
/// Seals secrets of second factors under a key derived from the cluster key: they are needed before there is a session whose key could
/// open them, and must outlive a change of the password. The database alone opens nothing.
/// </summary>
/// <param name="clusterKey">Null if none is configured; then nobody can set a second factor up.</param>
internal sealed class SecondFactorSeal(byte[]? clusterKey)
{
    private const int KeyBytes = 32;

    private readonly byte[]? _key = clusterKey is null
        ? null
        : HKDF.DeriveKey(HashAlgorithmName.SHA256, clusterKey, KeyBytes, info: "webmail second factor"u8.ToArray());

    public bool IsThere => _key is not null;

    public byte[] Seal(string account, byte[] secret, IEntropy entropy) =>
        Sealed.Seal(_key ?? throw new InvalidOperationException("There is no key; ask IsThere first."), secret, Encoding.UTF8.GetBytes(account), entropy);

    /// <summary>Null when it was sealed for another account or under another cluster key.</summary>
    public byte[]? Open(string account, byte[] sealedSecret) =>
        _key is null ? null : Sealed.Open(_key, sealedSecret, Encoding.UTF8.GetBytes(account));
}
