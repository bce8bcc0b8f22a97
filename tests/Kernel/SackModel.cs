using System.Buffers.Binary;

namespace Tests.Kernel;

/// <summary>SACK translation over a list of options, each a small array: nothing like the kernel program's way.</summary>
public static class SackModel
{
    public static byte[] Translate(byte[] options, uint delta, bool allowed) =>
        [.. Split(options).SelectMany(option => option[0] != 5 ? option : allowed ? Shift(option, delta) : Blank(option))];

    public static byte[] Sack(params (uint Left, uint Right)[] blocks)
    {
        var option = new byte[2 + 8 * blocks.Length];
        option[0] = 5;
        option[1] = (byte)option.Length;
        for (var i = 0; i < blocks.Length; i++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(option.AsSpan(2 + 8 * i), blocks[i].Left);
            BinaryPrimitives.WriteUInt32BigEndian(option.AsSpan(6 + 8 * i), blocks[i].Right);
        }

        return option;
    }

    public static byte[] Blank(byte[] option) => [.. Enumerable.Repeat((byte)1, option.Length)];

    private static IEnumerable<byte[]> Split(byte[] options)
    {
        for (var at = 0; at < options.Length;)
        {
            var length = options[at] switch { 0 => options.Length - at, 1 => 1, _ => options[at + 1] };
            yield return options[at..(at + length)];
            at += length;
        }
    }

    private static byte[] Shift(byte[] option, uint delta)
    {
        var shifted = (byte[])option.Clone();
        for (var at = 2; at < option.Length; at += 4)
            BinaryPrimitives.WriteUInt32BigEndian(shifted.AsSpan(at), BinaryPrimitives.ReadUInt32BigEndian(option.AsSpan(at)) - delta);
        return shifted;
    }
}
