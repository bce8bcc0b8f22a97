namespace Tests.Unit.Splice;

/// <summary>A client's stream whose bytes follow from their offset, so that each shows if it is in its place.</summary>
public static class ClientStream
{
    public static byte[] Bytes(ulong offset, int count)
    {
        var bytes = new byte[count];
        for (var i = 0; i < count; i++)
        {
            var at = (offset + (ulong)i) * 0x9E3779B97F4A7C15;
            bytes[i] = (byte)(at >> 56);
        }

        return bytes;
    }

    public static void AssertIs(ulong offset, int count, ReadOnlyMemory<byte> read)
    {
        Assert.Equal(count, read.Length);
        Assert.True(read.Span.SequenceEqual(Bytes(offset, count)), $"the {count} bytes from {offset} on are others than were written");
    }
}
