namespace Tests.Lab.Networks;

/// <summary>What a path does to packets, each way.</summary>
/// <param name="RoundTrip">Time that both ways take together.</param>
/// <param name="Loss">Part of the packets that are lost.</param>
/// <param name="Duplication">Part of the packets that arrive twice.</param>
/// <param name="Reordering">Part of the packets that are held back for <see cref="HoldBack"/>, so that later ones overtake them.</param>
/// <param name="Seed">Chooses which packets: the n-th of a direction meets the same fate in every run.</param>
internal sealed record PathCondition(TimeSpan RoundTrip, double Loss = 0, double Duplication = 0, double Reordering = 0, int Seed = 1)
{
    public static TimeSpan HoldBack { get; } = TimeSpan.FromMilliseconds(5);

    public TimeSpan OneWay => RoundTrip / 2;
}
