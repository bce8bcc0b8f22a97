namespace Tests.Lab.Networks;

/// <summary>A client's network and what its TCP leaves out.</summary>
/// <param name="Condition">Of its path.</param>
/// <param name="FullBytes">To download or upload in the full form: as much as takes a few seconds there, or tens of them.</param>
/// <param name="Mss">Largest segment; 0 for what the device has room for.</param>
/// <param name="Sysctls">Of its kernel.</param>
internal sealed record PathKind(PathCondition Condition, int FullBytes, int Mss, params string[] Sysctls)
{
    private const int Mebi = 1 << 20;

    /// <summary>The short form takes so much less.</summary>
    private const int ShortPart = 8;

    private static readonly PathCondition Near = new(TimeSpan.FromMilliseconds(4));

    public static IReadOnlyDictionary<string, PathKind> All { get; } = new Dictionary<string, PathKind>
    {
        ["no SACK"] = new(Near with { Loss = 0.002 }, 16 * Mebi, 0, "net.ipv4.tcp_sack=0"),
        ["no window scaling"] = new(Near, 24 * Mebi, 0, "net.ipv4.tcp_window_scaling=0"),
        ["MSS 536"] = new(Near, 24 * Mebi, 536),
        ["MSS 256"] = new(Near, 8 * Mebi, 256),
        ["5 % loss"] = new(Near with { Loss = 0.05 }, 4 * Mebi, 0),
        ["5 % loss, no SACK"] = new(Near with { Loss = 0.05 }, 2 * Mebi, 0, "net.ipv4.tcp_sack=0"),
        ["reordering and duplication"] = new(Near with { Reordering = 0.05, Duplication = 0.05 }, 16 * Mebi, 0),
        ["RTT 300 ms"] = new(new(TimeSpan.FromMilliseconds(300)), 32 * Mebi, 0),
        ["RTT 1 ms"] = new(new(TimeSpan.FromMilliseconds(1)), 48 * Mebi, 0),
    };

    /// <summary>One of each thing that a path or a client's TCP does; everything else is for the full form.</summary>
    public static IReadOnlyList<string> Short { get; } =
        ["5 % loss, no SACK", "no window scaling", "MSS 536", "RTT 300 ms", "reordering and duplication"];

    /// <summary>To download or upload.</summary>
    public int Bytes => LabFixture.Rounds(FullBytes / ShortPart, FullBytes);

    public FarClient Start(int seed) => FarClient.Start(Condition with { Seed = seed }, Mss, Sysctls);
}
