using Appliance.Cli.Lab;

namespace Appliance.Bench;

/// <summary>What a thousand to a million flows cost: time for each packet in the kernel program, and memory in kernel and spliced.</summary>
internal static class ScaleBench
{
    private static readonly int[] Sizes = [1_000, 10_000, 100_000, 1_000_000];

    /// <param name="rounds">How often the time is measured.</param>
    /// <param name="only">"cost" or "memory"; null for both.</param>
    public static ScaleReport Run(int rounds, string? only)
    {
        var objectPath = Path.Combine(LabPaths.App("spliced"), "splice.bpf.o");
        return new ScaleReport(
            only == "memory" ? [] : Cost(objectPath, rounds),
            only == "memory" ? [] : [new MemoryReadRow(MemoryRead.Nanoseconds())],
            only == "cost" ? [] : ScaleMemory.Measure(objectPath, Sizes[^1]));
    }

    private static IReadOnlyList<CostRow> Cost(string objectPath, int rounds)
    {
        var populations = new List<ScaleFlows>();
        try
        {
            foreach (var size in Sizes)
            {
                Console.Error.WriteLine($"installing {size} flows");
                populations.Add(new ScaleFlows(objectPath, size, (uint)Sizes[^1]));
            }

            return ScaleCost.Measure(populations, rounds);
        }
        finally
        {
            populations.ForEach(flows => flows.Dispose());
        }
    }
}

/// <summary>Costs of packets; beside them what one read from memory costs here, since with many flows a packet waits for some.</summary>
internal sealed record ScaleReport(
    IReadOnlyList<CostRow> Cost, IReadOnlyList<MemoryReadRow> MemoryRead, IReadOnlyList<MemoryRow> Memory);
