namespace Tests.Support;

/// <summary>Sequence numbers as numbers of a ring of 2^32 (RFC 1982), in wide arithmetic.</summary>
public static class Serial
{
    private const long Ring = 1L << 32;

    public static bool After(uint a, uint b) => Minus(a, b) is > 0 and < (uint)(Ring / 2);

    public static uint Plus(uint a, uint b) => (uint)(((long)a + b) % Ring);

    public static uint Minus(uint a, uint b) => (uint)((a - (long)b + Ring) % Ring);
}
