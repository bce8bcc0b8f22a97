namespace Tests.Unit.Splice.Fuzzing;

/// <summary>What a parser may set aside depends on what has arrived, not on what it announces.</summary>
internal static class Memory
{
    private const long FixedBytesMax = 32 * 1024;
    private const long BytesPerByteMax = 160;

    public static T Bounded<T>(ReadOnlySpan<byte> input, Func<T> parse)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var result = parse();
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(allocated <= FixedBytesMax + BytesPerByteMax * input.Length, $"{allocated} bytes of memory for {input.Length} bytes of input");
        return result;
    }
}
