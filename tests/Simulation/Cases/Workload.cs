namespace Tests.Simulation.Cases;

/// <summary>What a client does.</summary>
internal sealed record Workload(
    string Name, int Requests, int BodyBytesMin, int BodyBytesMax, int AnswerBytesMin, int AnswerBytesMax, TimeSpan ThinkMin, TimeSpan ThinkMax)
{
    public static readonly IReadOnlyList<Workload> All =
    [
        new("download", 2, 10, 200, 20_000, 300_000, TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(100)),
        new("upload", 2, 20_000, 200_000, 10, 500, TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(100)),
        new("small", 20, 10, 200, 10, 4000, TimeSpan.Zero, TimeSpan.FromMilliseconds(50)),
        new("idle", 3, 10, 200, 10, 4000, TimeSpan.FromMilliseconds(500), TimeSpan.FromMilliseconds(2000)),
    ];

    public override string ToString() => Name;
}
