namespace Tests.Unit.Splice.Fuzzing;

/// <summary>Where a stream may be cut: everywhere if it is short, else at places that depend on its bytes only.</summary>
internal static class Pieces
{
    private const int EverywhereBytesMax = 96;
    private const int CutsMax = 24;

    public static IEnumerable<int> Lengths(byte[] bytes)
    {
        if (bytes.Length <= EverywhereBytesMax)
        {
            return Enumerable.Range(0, bytes.Length + 1);
        }

        var random = new Random(bytes.Length * 256 + bytes[^1]);
        return Enumerable.Range(0, CutsMax).Select(_ => random.Next(bytes.Length)).Append(0).Append(bytes.Length - 1).Append(bytes.Length).Distinct().Order();
    }
}
