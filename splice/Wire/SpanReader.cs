using System.Buffers.Binary;
using System.Text;
using System.Text.Unicode;

namespace Splice.Wire;

/// <summary>
/// Reads big-endian values one after the other. Reading past the end yields zeros and sets <see cref="Failed"/>, so a
/// decoder reads everything first and asks once.
/// </summary>
internal ref struct SpanReader(ReadOnlySpan<byte> bytes)
{
    private static readonly byte[] Zeros = new byte[256];
    private ReadOnlySpan<byte> _rest = bytes;

    public bool Failed { get; private set; }

    public readonly int Remaining => _rest.Length;

    public ReadOnlySpan<byte> Take(int count)
    {
        if (count > _rest.Length)
        {
            Failed = true;
            return Zeros.AsSpan(0, Math.Min(count, Zeros.Length));
        }

        var taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }

    public byte U8() => Take(1)[0];

    public ushort U16() => BinaryPrimitives.ReadUInt16BigEndian(Take(2));

    public uint U32() => BinaryPrimitives.ReadUInt32BigEndian(Take(4));

    public ulong U64() => BinaryPrimitives.ReadUInt64BigEndian(Take(8));

    /// <summary>A copy; nothing at all if the count is 0.</summary>
    public ReadOnlyMemory<byte> Bytes(int count) => count == 0 ? default : (ReadOnlyMemory<byte>)Take(count).ToArray();

    public string Name() => Text(U8());

    /// <summary>As <see cref="Name"/>, for one that many values have: they share the string.</summary>
    public string SharedName()
    {
        var bytes = Take(U8());
        Failed |= !Utf8.IsValid(bytes);
        return Failed ? "" : SharedNames.Find(bytes);
    }

    /// <summary>Anything but UTF-8 fails: a replacement character would be encoded longer than what was read.</summary>
    public string Text(int count)
    {
        var bytes = Take(count);
        Failed |= !Utf8.IsValid(bytes);
        return Failed ? "" : Encoding.UTF8.GetString(bytes);
    }
}
