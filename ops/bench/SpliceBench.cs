using System.Globalization;
using System.Text.RegularExpressions;

namespace Appliance.Bench;

/// <summary>
/// One big download, small keep-alive requests, and new connections: over the bare path, the splice, HAProxy and nginx, in
/// turns within one run, so that a machine that is slow for a while is slow for everybody.
/// </summary>
internal static partial class SpliceBench
{
    private const string BigFile = "/1g.bin";
    private const string SmallFile = "/1k.bin";

    public static SpliceReport Run(int rounds, int seconds)
    {
        using var peers = new Peers();
        Peers.AwaitReady();
        var throughput = Peers.Paths.ToDictionary(path => path.Path, _ => new List<double>());
        var keepAlive = Peers.Paths.ToDictionary(path => path.Path, _ => new List<WrkResult>());
        var connections = Peers.Paths.ToDictionary(path => path.Path, _ => new List<WrkResult>());
        for (var round = 0; round < rounds; round++)
        {
            Console.Error.WriteLine($"round {round + 1} of {rounds}");
            foreach (var (path, address) in Peers.Paths)
            {
                throughput[path].Add(Throughput(address));
                keepAlive[path].Add(Wrk(address, seconds));
                connections[path].Add(Wrk(address, seconds, "-H", "Connection: close"));
            }
        }

        return new SpliceReport(
            Peers.Paths.Select(path => new ThroughputRow(path.Path, Distribution.Of(throughput[path.Path]).Median)).ToList(),
            Peers.Paths.Select(path => RateRow.Of(path.Path, keepAlive[path.Path])).ToList(),
            Peers.Paths.Select(path => RateRow.Of(path.Path, connections[path.Path])).ToList());
    }

    private static double Throughput(string address)
    {
        var output = InMachine.Run("client", "curl", "-sf", "-m", "60", "-H", "Host: files.lab", "-o", "/dev/null",
            "-w", "%{speed_download}", $"http://{address}{BigFile}");
        return double.Parse(output, CultureInfo.InvariantCulture);
    }

    private static WrkResult Wrk(string address, int seconds, params string[] more)
    {
        var output = InMachine.Run("client",
            ["wrk", "-t1", "-c16", $"-d{seconds}s", "--latency", "-H", "Host: files.lab", .. more, $"http://{address}{SmallFile}"]);
        return new WrkResult(
            double.Parse(RateLine().Match(output).Groups[1].Value, CultureInfo.InvariantCulture),
            Microseconds(MedianLine().Match(output)),
            Microseconds(TailLine().Match(output)));
    }

    private static double Microseconds(Match match)
    {
        var value = double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture);
        return match.Groups[2].Value switch { "us" => value, "ms" => value * 1000, _ => value * 1_000_000 };
    }

    [GeneratedRegex(@"Requests/sec:\s+([\d.]+)")]
    private static partial Regex RateLine();

    [GeneratedRegex(@"50%\s+([\d.]+)(us|ms|s)")]
    private static partial Regex MedianLine();

    [GeneratedRegex(@"99%\s+([\d.]+)(us|ms|s)")]
    private static partial Regex TailLine();
}

internal sealed record WrkResult(double PerSecond, double MedianMicroseconds, double TailMicroseconds);

internal sealed record ThroughputRow(string Path, double BytesPerSecond);

internal sealed record RateRow(string Path, double PerSecond, double MedianMicroseconds, double Percentile99Microseconds)
{
    public static RateRow Of(string path, IReadOnlyList<WrkResult> results) => new(
        path,
        Distribution.Of(results.Select(result => result.PerSecond)).Median,
        Distribution.Of(results.Select(result => result.MedianMicroseconds)).Median,
        Distribution.Of(results.Select(result => result.TailMicroseconds)).Median);
}

internal sealed record SpliceReport(
    IReadOnlyList<ThroughputRow> Throughput, IReadOnlyList<RateRow> KeepAlive, IReadOnlyList<RateRow> NewConnections);
