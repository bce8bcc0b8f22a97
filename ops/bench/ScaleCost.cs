using Tests.Support;

namespace Appliance.Bench;

/// <summary>
/// What the kernel program takes for a packet where there are a thousand to a million flows: when all of them are busy, so that each packet
/// is of one chosen at random, and when a thousand are, and the others idle. The maps are always those of a million; cases take turns, so
/// that a machine that is slow for a while is slow for all of them.
/// </summary>
internal static class ScaleCost
{
    private const int PacketsPerRun = 50_000;
    private const double SlowestShare = 0.01;
    private const int FewBusy = 1_000;

    /// <param name="populations">From the smallest to the largest; ratios are to the first.</param>
    /// <param name="rounds">How often everything is repeated.</param>
    public static IReadOnlyList<CostRow> Measure(IReadOnlyList<ScaleFlows> populations, int rounds)
    {
        (string Name, Func<ScaleFlows, int, uint> Run)[] directions =
            [("in", (flows, i) => flows.FromClient(i)), ("out", (flows, i) => flows.FromBackend(i))];
        var random = new Random(1);
        IReadOnlyList<Case> cases = [.. populations.SelectMany(flows => new[] { flows.Count, FewBusy }.Distinct().Select(busy => new Case(flows, busy)))];
        var nanoseconds = directions.ToDictionary(direction => direction.Name, _ => cases.Select(_ => new List<double>()).ToList());
        for (var round = -1; round < rounds; round++)
        {
            Console.Error.WriteLine($"round {Math.Max(0, round + 1)} of {rounds}{(round < 0 ? ", warming up" : "")}");
            foreach (var (name, run) in directions)
            {
                for (var at = 0; at < cases.Count; at++)
                {
                    var one = cases[at];
                    var cost = Mean(() => run(one.Flows, one.Choose(random)));
                    if (round >= 0)
                    {
                        nanoseconds[name][at].Add(cost);
                    }
                }
            }
        }

        return [.. directions.SelectMany(direction => Rows(direction.Name, cases, nanoseconds[direction.Name]))];
    }

    private static IEnumerable<CostRow> Rows(string direction, IReadOnlyList<Case> cases, List<List<double>> nanoseconds)
    {
        var first = Distribution.Of(nanoseconds[0]).Median;
        return cases.Zip(nanoseconds, (one, costs) => (one, Distribution.Of(costs).Median))
            .Select(row => new CostRow(direction, row.one.Flows.Count, row.one.Busy, row.Median, row.Median / first));
    }

    /// <summary>Of all packets but the slowest, during which the machine did something else.</summary>
    private static double Mean(Func<uint> run)
    {
        var costs = new uint[PacketsPerRun];
        for (var i = 0; i < PacketsPerRun; i++)
        {
            costs[i] = run();
        }

        Array.Sort(costs);
        return costs.Take((int)(PacketsPerRun * (1 - SlowestShare))).Average(cost => (double)cost);
    }
}

/// <summary>Flows, and how many of them packets come for.</summary>
internal sealed record Case(ScaleFlows Flows, int Busy)
{
    /// <summary>Between two that are busy. A prime: at a rounder distance they would lie in the same few lines of a cache.</summary>
    private const long Distance = 7919;

    public int Choose(Random random) => (int)(random.Next(Busy) * Distance % Flows.Count);
}

/// <summary>Median over the rounds of what a packet costs, and its ratio to that with the fewest flows.</summary>
internal sealed record CostRow(string Direction, int Flows, int Busy, double NanosecondsPerPacket, double Ratio);
