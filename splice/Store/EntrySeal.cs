using System.Buffers.Binary;
using System.Security.Cryptography;
using Splice.Wire;

namespace Splice.Store;

/// <summary>
/// Seals journal entries: AES-256-GCM under a key derived from the cluster key. A sealed entry opens only at its own flow,
/// request and ordinal. Nonces are 96 random bits: at 2^32 entries the chance of a repeat is 2^-33.
/// </summary>
internal sealed class EntrySeal : IDisposable
{
    public const int OverheadBytes = NonceBytes + TagBytes;
    private const int NonceBytes = 12;
    private const int TagBytes = 16;
    private const int AdditionalBytes = FlowId.LengthBytes + 8 + 4;
    private readonly ThreadLocal<AesGcm> _cipher;

    public EntrySeal(ReadOnlyMemory<byte> clusterKey)
    {
        var key = HKDF.DeriveKey(HashAlgorithmName.SHA256, clusterKey.ToArray(), 32, info: "splice journal 1"u8.ToArray());
        // An AesGcm must not be used by two threads at once.
        _cipher = new(() => new AesGcm(key, TagBytes), trackAllValues: true);
    }

    public byte[] Seal(FlowId flow, ulong request, int ordinal, ReadOnlySpan<byte> entry)
    {
        var bytes = new byte[OverheadBytes + entry.Length];
        var nonce = bytes.AsSpan(0, NonceBytes);
        RandomNumberGenerator.Fill(nonce);
        Span<byte> additional = stackalloc byte[AdditionalBytes];
        Additional(flow, request, ordinal, additional);
        _cipher.Value!.Encrypt(nonce, entry, bytes.AsSpan(NonceBytes, entry.Length), bytes.AsSpan(^TagBytes..), additional);
        return bytes;
    }

    /// <exception cref="CryptographicException">Another cluster key, another place, or damaged.</exception>
    public byte[] Open(FlowId flow, ulong request, int ordinal, ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < OverheadBytes)
        {
            throw new CryptographicException($"entry {ordinal} of flow {flow} is {bytes.Length} bytes, too short to be sealed");
        }

        var entry = new byte[bytes.Length - OverheadBytes];
        Span<byte> additional = stackalloc byte[AdditionalBytes];
        Additional(flow, request, ordinal, additional);
        _cipher.Value!.Decrypt(bytes[..NonceBytes], bytes[NonceBytes..^TagBytes], bytes[^TagBytes..], entry, additional);
        return entry;
    }

    public void Dispose()
    {
        foreach (var cipher in _cipher.Values)
        {
            cipher.Dispose();
        }

        _cipher.Dispose();
    }

    private static void Additional(FlowId flow, ulong request, int ordinal, Span<byte> bytes)
    {
        flow.Write(bytes);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[FlowId.LengthBytes..], request);
        BinaryPrimitives.WriteInt32BigEndian(bytes[(FlowId.LengthBytes + 8)..], ordinal);
    }
}
