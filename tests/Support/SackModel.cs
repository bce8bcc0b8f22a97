using System.Buffers.Binary;

namespace Tests.Support;

/// <summary>Bytes of SACK options (RFC 2018 §3), and of what takes their place.</summary>
public static class SackModel
{
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
}
