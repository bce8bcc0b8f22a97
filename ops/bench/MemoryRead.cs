using System.Diagnostics;

namespace Appliance.Bench;

/// <summary>What a read costs that no cache can answer and that the next one waits for: the unit in which large tables are slow.</summary>
internal static class MemoryRead
{
    private const int LineBytes = 64;
    private const int Lines = 1 << 23; // 512 MiB: what the maps of a million flows take
    private const int Reads = 2_000_000;

    /// <summary>Of this process's own time, so that others' turns on the processor do not count.</summary>
    public static double Nanoseconds()
    {
        var memory = new int[Lines * (LineBytes / sizeof(int))];
        Link(memory);
        using var process = Process.GetCurrentProcess();
        var before = process.TotalProcessorTime;
        var at = 0;
        for (var i = 0; i < Reads; i++)
        {
            at = memory[at];
        }

        process.Refresh();
        var spent = process.TotalProcessorTime - before;
        return at >= 0 ? spent.TotalNanoseconds / Reads : 0;
    }

    /// <summary>One ring through all lines in an order that no prefetcher guesses (Sattolo's shuffle).</summary>
    private static void Link(int[] memory)
    {
        var order = new int[Lines];
        var random = new Random(1);
        for (var i = 1; i < Lines; i++)
        {
            var other = random.Next(i);
            order[i] = order[other];
            order[other] = i;
        }

        for (var i = 0; i < Lines; i++)
        {
            memory[i * (LineBytes / sizeof(int))] = order[i] * (LineBytes / sizeof(int));
        }
    }
}

/// <summary>Nanoseconds of one read.</summary>
internal sealed record MemoryReadRow(double NanosecondsPerRead);
