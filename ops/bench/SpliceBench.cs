using System.Globalization;

namespace Appliance.Bench;

/// <summary>
/// One big download, small keep-alive requests, and new connections: over the bare path, the splice, HAProxy and nginx, in
/// turns within one run, so that a machine that is slow for a while is slow for everybody.
/// </summary>
internal static class SpliceBench
{
    private const string BigFile = "/1g.bin";
    private const string SmallFile = "/1k.bin";
    private const string FilesHost = "files.lab";
    private const int Clients = 16;

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
                keepAlive[path].Add(Wrk.Run(Url(address), FilesHost, Clients, seconds));
                connections[path].Add(Wrk.Run(Url(address), FilesHost, Clients, seconds, "-H", "Connection: close"));
            }
        }

        return new SpliceReport(
            Peers.Paths.Select(path => new ThroughputRow(path.Path, Distribution.Of(throughput[path.Path]).Median)).ToList(),
            Peers.Paths.Select(path => RateRow.Of(path.Path, keepAlive[path.Path])).ToList(),
            Peers.Paths.Select(path => RateRow.Of(path.Path, connections[path.Path])).ToList());
    }

    private static string Url(string address) => $"http://{address}{SmallFile}";

    private static double Throughput(string address)
    {
        var output = InMachine.Run("client", "curl", "-sf", "-m", "60", "-H", $"Host: {FilesHost}", "-o", "/dev/null",
            "-w", "%{speed_download}", $"http://{address}{BigFile}");
        return double.Parse(output, CultureInfo.InvariantCulture);
    }
}

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
