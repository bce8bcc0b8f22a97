using Tests.Support;

namespace Appliance.Bench;

/// <summary>
/// What the kernel program takes for a packet of a flow chosen at random among a thousand to a million. The maps are always those of a
/// million; sizes take turns, so that a machine that is slow for a while is slow for all of them.
/// </summary>
internal static class ScaleCost
{
    private const int PacketsPerRun = 50_000;
    private const double SlowestShare = 0.01;

    /// <param name="populations">From the smallest to the largest; ratios are to the first.</param>
    /// <param name="rounds">How often everything is repeated.</param>
    public static IReadOnlyList<CostRow> Measure(IReadOnlyList<ScaleFlows> populations, int rounds)
    {
        (string Name, Func<ScaleFlows, int, uint> Run)[] directions =
            [("in", (flows, i) => flows.FromClient(i)), ("out", (flows, i) => flows.FromBackend(i))];
        var random = new Random(1);
        var nanoseconds = directions.ToDictionary(direction => direction.Name, _ => populations.Select(_ => new List<double>()).ToList());
        for (var round = -1; round < rounds; round++)
        {
            Console.Error.WriteLine($"round {Math.Max(0, round + 1)} of {rounds}{(round < 0 ? ", warming up" : "")}");
            foreach (var (name, run) in directions)
            {
                for (var size = 0; size < populations.Count; size++)
                {
                    var flows = populations[size];
                    var cost = Mean(() => run(flows, random.Next(flows.Count)));
                    if (round >= 0)
                    {
                        nanoseconds[name][size].Add(cost);
                    }
                }
            }
        }

        return [.. directions.SelectMany(direction => Rows(direction.Name, populations, nanoseconds[direction.Name]))];
    }

    private static IEnumerable<CostRow> Rows(string direction, IReadOnlyList<ScaleFlows> populations, List<List<double>> nanoseconds)
    {
        var first = Distribution.Of(nanoseconds[0]).Median;
        return populations.Zip(nanoseconds, (flows, costs) => Distribution.Of(costs).Median)
            .Select((median, size) => new CostRow(direction, populations[size].Count, median, median / first));
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

/// <summary>Median over the rounds of what a packet costs, and its ratio to that with the fewest flows.</summary>
internal sealed record CostRow(string Direction, int Flows, double NanosecondsPerPacket, double Ratio);
