using System.Buffers.Binary;
using System.Security.Cryptography;
using Splice.Wire;

namespace Splice.Store;

/// <summary>
/// Seals journal entries: AES-256-GCM under a key derived from the cluster key. A sealed entry opens only at its own flow,
/// request and ordinal. Nonces are 96 random bits: at 2^32 entries the chance of a repeat is 2^-33.
/// </summary>
internal sealed class EntrySeal(ReadOnlyMemory<byte> clusterKey) : IDisposable
{
    public const int OverheadBytes = ClusterCipher.OverheadBytes;
    private const int AdditionalBytes = FlowId.LengthBytes + 8 + 4;
    private readonly ClusterCipher _cipher = new(clusterKey.Span, "splice journal 1"u8);

    public byte[] Seal(FlowId flow, ulong request, int ordinal, ReadOnlySpan<byte> entry)
    {
        Span<byte> additional = stackalloc byte[AdditionalBytes];
        Additional(flow, request, ordinal, additional);
        return _cipher.Seal(entry, additional);
    }

    /// <exception cref="CryptographicException">Another cluster key, another place, or damaged.</exception>
    public byte[] Open(FlowId flow, ulong request, int ordinal, ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < OverheadBytes)
        {
            throw new CryptographicException($"entry {ordinal} of flow {flow} is {bytes.Length} bytes, too short to be sealed");
        }

        Span<byte> additional = stackalloc byte[AdditionalBytes];
        Additional(flow, request, ordinal, additional);
        return _cipher.Open(bytes, additional);
    }

    public void Dispose() => _cipher.Dispose();

    private static void Additional(FlowId flow, ulong request, int ordinal, Span<byte> bytes)
    {
        flow.Write(bytes);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[FlowId.LengthBytes..], request);
        BinaryPrimitives.WriteInt32BigEndian(bytes[(FlowId.LengthBytes + 8)..], ordinal);
    }
}
