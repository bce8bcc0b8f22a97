using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Splice.Wire;

/// <summary>Names a flow for as long as it lives, on every machine: 128 random bits, written as 32 hexadecimal digits.</summary>
/// <remarks>Kept in halves: a UInt128 is aligned to its own size, and there may be a million flows.</remarks>
public readonly record struct FlowId
{
    public const int LengthBytes = 16;
    private readonly ulong _upper;
    private readonly ulong _lower;

    public FlowId(UInt128 value) => (_upper, _lower) = ((ulong)(value >> 64), (ulong)value);

    public UInt128 Value => new(_upper, _lower);

    public static FlowId NewRandom()
    {
        Span<byte> bytes = stackalloc byte[LengthBytes];
        RandomNumberGenerator.Fill(bytes);
        return Read(bytes);
    }

    public static FlowId Read(ReadOnlySpan<byte> bytes) =>
        new(System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(bytes));

    public void Write(Span<byte> bytes) =>
        System.Buffers.Binary.BinaryPrimitives.WriteUInt128BigEndian(bytes, Value);

    public static bool TryParse([NotNullWhen(true)] string? text, out FlowId id)
    {
        var ok = UInt128.TryParse(text, System.Globalization.NumberStyles.AllowHexSpecifier, null, out var value)
            && text!.Length == 2 * LengthBytes;
        id = new FlowId(value);
        return ok;
    }

    /// <summary>Random already: the same in every process, so that flows are met in the same order in each.</summary>
    public override int GetHashCode() => (int)(uint)_lower;

    public override string ToString() => Value.ToString("x32", null);
}
