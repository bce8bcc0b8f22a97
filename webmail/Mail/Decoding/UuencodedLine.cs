using System.Buffers;

namespace Webmail.Mail.Decoding;

/// <summary>One line of uuencode, without its end: how many bytes it holds, then four characters for each three of them.</summary>
internal static class UuencodedLine
{
    private const int RightsDigitsMax = 4;

    /// <summary>"begin", the rights of the file in octal, and where its name begins; 0 if it is another line.</summary>
    public static int NameAt(ReadOnlySpan<byte> line)
    {
        if (!line.StartsWith("begin "u8))
        {
            return 0;
        }

        var digits = line[6..].IndexOfAnyExceptInRange((byte)'0', (byte)'7');
        return digits is RightsDigitsMax - 1 or RightsDigitsMax && line[6 + digits] == ' ' ? 6 + digits + 1 : 0;
    }

    public static bool IsLast(ReadOnlySpan<byte> line) => line.SequenceEqual("end"u8);

    public static bool IsData(ReadOnlySpan<byte> line) => !line.ContainsAnyExceptInRange((byte)' ', (byte)'`');

    /// <summary>Blanks at its end may have been lost on the way, and some add a check digit or two.</summary>
    public static bool IsWhole(ReadOnlySpan<byte> line) => line.Length <= ((Bytes(line) + 2) / 3 * 4) + 2;

    public static void Decode(ReadOnlySpan<byte> line, IBufferWriter<byte> decoded)
    {
        Span<int> four = stackalloc int[4];
        var bytes = Bytes(line);
        for (var done = 0; done < bytes; done += 3)
        {
            for (var index = 0; index < 4; index++)
            {
                var at = 1 + (done / 3 * 4) + index;
                four[index] = at < line.Length ? (line[at] - ' ') & 63 : 0;
            }

            ReadOnlySpan<byte> three = [(byte)((four[0] << 2) | (four[1] >> 4)), (byte)((four[1] << 4) | (four[2] >> 2)), (byte)((four[2] << 6) | four[3])];
            decoded.Write(three[..Math.Min(3, bytes - done)]);
        }
    }

    private static int Bytes(ReadOnlySpan<byte> line) => line.IsEmpty ? 0 : (line[0] - ' ') & 63;
}
