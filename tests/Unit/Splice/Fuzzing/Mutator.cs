using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Tests.Unit.Splice.Fuzzing;

/// <summary>Makes new inputs from saved ones by small accidents. The same random source makes the same input.</summary>
internal static class Mutator
{
    private const int AccidentsMax = 6;
    private const int BytesMax = 8192;

    private static readonly ulong[] Integers =
        [0, 1, 0x7f, 0x80, 0xff, 0x100, 0x3fff, 0x4000, 0x7fff, 0x8000, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xffffffff, 1UL << 53, long.MaxValue, ulong.MaxValue];

    private static readonly string[] Numbers =
        ["", "0", "-1", "-0", "+1", "00", "1e3", "2147483647", "2147483648", "4294967295", "16777216", "16777217", "536870913", "9223372036854775807", "9223372036854775806", "18446744073709551615", "18446744073709551616"];

    public static byte[] Mutate(Random random, IReadOnlyList<byte[]> inputs)
    {
        var bytes = inputs[random.Next(inputs.Count)];
        for (var i = random.Next(1, AccidentsMax + 1); i > 0; i--)
        {
            bytes = Accident(random, bytes, inputs);
        }

        return bytes.Length <= BytesMax ? bytes : bytes[..BytesMax];
    }

    private static byte[] Accident(Random random, byte[] bytes, IReadOnlyList<byte[]> inputs)
    {
        var at = random.Next(bytes.Length + 1);
        var length = random.Next(Math.Min(bytes.Length - at, 1 << random.Next(10)) + 1);
        switch (random.Next(9))
        {
            case 0:
                return bytes[..at];
            case 1:
                return [.. bytes[..at], .. bytes[(at + length)..]];
            case 2:
                return [.. bytes[..(at + length)], .. bytes[at..]];
            case 3:
                var other = inputs[random.Next(inputs.Count)];
                return [.. bytes[..at], .. other[random.Next(other.Length + 1)..]];
            case 4:
                return Overwrite(bytes, at, Integer(random, Integers[random.Next(Integers.Length)]));
            case 5:
                return Adjust(random, bytes, at);
            case 6:
                return Renumber(random, bytes, at);
            case 7:
                return [.. bytes[..at], (byte)random.Next(256), .. bytes[at..]];
            default:
                return at == bytes.Length ? bytes : Overwrite(bytes, at, [(byte)(bytes[at] ^ (1 << random.Next(8)))]);
        }
    }

    private static byte[] Integer(Random random, ulong value)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, value);
        return bytes[^(1 << random.Next(4))..];
    }

    /// <summary>What may be a length of two bytes becomes a little wrong.</summary>
    private static byte[] Adjust(Random random, byte[] bytes, int at)
    {
        if (at + 2 > bytes.Length)
        {
            return bytes;
        }

        var field = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(field, (ushort)(BinaryPrimitives.ReadUInt16BigEndian(bytes.AsSpan(at)) + random.Next(-4, 5)));
        return Overwrite(bytes, at, field);
    }

    /// <summary>The next decimal number becomes another one.</summary>
    private static byte[] Renumber(Random random, byte[] bytes, int at)
    {
        var digits = bytes.AsSpan(at).IndexOfAnyInRange((byte)'0', (byte)'9');
        if (digits < 0)
        {
            return bytes;
        }

        var start = at + digits;
        var end = start;
        while (end < bytes.Length && char.IsAsciiDigit((char)bytes[end]))
        {
            end++;
        }

        var number = random.Next(2) == 0 ? Numbers[random.Next(Numbers.Length)] : random.Next(64).ToString(CultureInfo.InvariantCulture);
        return [.. bytes[..start], .. Encoding.ASCII.GetBytes(number), .. bytes[end..]];
    }

    private static byte[] Overwrite(byte[] bytes, int at, byte[] value)
    {
        var count = Math.Min(value.Length, bytes.Length - at);
        return [.. bytes[..at], .. value[..count], .. bytes[(at + count)..]];
    }
}
