using System.Buffers.Binary;

namespace Webmail.Mail.Blobs;

/// <summary>All that the rest of a download depends on: how far the encoded part was read, and what the decoder held.</summary>
public readonly record struct PartState(long EncodedOffset, ReadOnlyMemory<byte> Remainder)
{
    private const int OffsetBytes = 8;

    public static PartState Read(ReadOnlyMemory<byte> bytes) =>
        bytes.Length < OffsetBytes
            ? default
            : new PartState(BinaryPrimitives.ReadInt64BigEndian(bytes.Span), bytes[OffsetBytes..]);

    public byte[] ToBytes()
    {
        var bytes = new byte[OffsetBytes + Remainder.Length];
        BinaryPrimitives.WriteInt64BigEndian(bytes, EncodedOffset);
        Remainder.CopyTo(bytes.AsMemory(OffsetBytes));
        return bytes;
    }
}
