using System.Buffers.Binary;

namespace Splice.Wire;

/// <summary>Writes big-endian values one after the other into a span that is known to be large enough.</summary>
internal ref struct SpanWriter(Span<byte> bytes)
{
    private Span<byte> _rest = bytes;

    public readonly int Remaining => _rest.Length;

    public Span<byte> Take(int count)
    {
        var taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }

    public void U8(byte value) => Take(1)[0] = value;

    public void U16(ushort value) => BinaryPrimitives.WriteUInt16BigEndian(Take(2), value);

    public void U32(uint value) => BinaryPrimitives.WriteUInt32BigEndian(Take(4), value);

    public void U64(ulong value) => BinaryPrimitives.WriteUInt64BigEndian(Take(8), value);

    /// <summary>A length byte and that many bytes of UTF-8.</summary>
    public void Name(ReadOnlySpan<byte> utf8)
    {
        U8((byte)utf8.Length);
        utf8.CopyTo(Take(utf8.Length));
    }
}
