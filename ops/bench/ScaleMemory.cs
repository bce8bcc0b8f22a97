using System.Globalization;
using Splice.Daemon.Flows;
using Splice.Wire;
using Tests.Support;

namespace Appliance.Bench;

/// <summary>
/// Memory of many idle flows: of the kernel's maps as the kernel counts it, and of what spliced keeps of flows that it stands by for, made
/// in this process from records as they come from the store. What a spliced without flows takes is not in it.
/// </summary>
internal static class ScaleMemory
{
    private static readonly string[] Maps = ["flows", "legs", "services", "strangers", "connecting", "drops", "events", "abi"];

    public static IReadOnlyList<MemoryRow> Measure(string objectPath, int flows)
    {
        var rows = new List<MemoryRow>();
        using (var program = new LoadedProgram(objectPath, (uint)flows))
        {
            rows.AddRange(Maps.Select(map => new MemoryRow($"kernel {map}", KernelBytes(program.MapFd(map)))));
        }

        rows.Add(new MemoryRow("spliced", DirectoryBytes(flows)));
        rows.Add(new MemoryRow("together", rows.Sum(row => row.Bytes)));
        return rows;
    }

    private static long KernelBytes(int mapFd) =>
        long.Parse(
            File.ReadLines($"/proc/self/fdinfo/{mapFd}").First(line => line.StartsWith("memlock:", StringComparison.Ordinal))["memlock:".Length..],
            CultureInfo.InvariantCulture);

    private static long DirectoryBytes(int flows)
    {
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var directory = new FlowDirectory(flows);
        for (var i = 0; i < flows; i++)
        {
            if (!FlowRecordCodec.TryDecode(FlowRecordCodec.Encode(ScaleRecord.Of(i)), out var record) || !directory.TryAdd(new Flow(record!, (uint)i, 1)))
            {
                throw new BenchException($"flow {i} was not taken; run the unit tests");
            }
        }

        var bytes = GC.GetTotalMemory(forceFullCollection: true) - before;
        GC.KeepAlive(directory);
        return bytes;
    }
}

/// <summary>Memory of one part.</summary>
internal sealed record MemoryRow(string Of, long Bytes);
