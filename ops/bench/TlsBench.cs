using Appliance.Cli.Lab;

namespace Appliance.Bench;

/// <summary>
/// HTTPS with the same certificate: large downloads, one alone and 64 at once, small keep-alive requests and new connections,
/// to a file server that ends TLS itself (the bare path), through the splice (the sample's hooks encrypt), and through HAProxy and nginx,
/// which end TLS before the file server.
/// </summary>
internal static class TlsBench
{
    private const int Many = 64;
    private const int Clients = 16;

    private static readonly IReadOnlyList<TlsPath> Paths =
    [
        new("direct", $"https://{Peers.FilesAddress}:{Peers.DirectTlsPort}", "files.lab"),
        new("splice", $"https://{Topology.SampleHost}/files", Topology.SampleHost),
        new("haproxy", $"https://10.77.0.11:{Peers.HaproxyTlsPort}", "files.lab"),
        new("nginx", $"https://10.77.0.11:{Peers.NginxTlsPort}", "files.lab"),
    ];

    public static TlsReport Run(int rounds, int seconds)
    {
        using var peers = new Peers();
        Peers.AwaitReady();
        var (one, many, keepAlive, connections) = (Results(), Results(), Results(), Results());
        // The first is not counted: code that is compiled as it runs has been, and files are in memory.
        for (var round = 0; round <= rounds; round++)
        {
            Console.Error.WriteLine(round == 0 ? "warming up" : $"round {round} of {rounds}");
            foreach (var path in Paths)
            {
                Add(one, Wrk.Run($"{path.Url}/1g.bin", path.Host, 1, seconds));
                Add(many, Wrk.Run($"{path.Url}/100m.bin", path.Host, Many, seconds));
                Add(keepAlive, Wrk.Run($"{path.Url}/1k.bin", path.Host, Clients, seconds));
                Add(connections, Wrk.Run($"{path.Url}/1k.bin", path.Host, Clients, seconds, "-H", "Connection: close"));

                void Add(Dictionary<TlsPath, List<WrkResult>> results, WrkResult result)
                {
                    if (round > 0)
                    {
                        results[path].Add(result);
                    }
                }
            }
        }

        return new TlsReport(Throughput(one), Throughput(many), Rates(keepAlive), Rates(connections));
    }

    private static Dictionary<TlsPath, List<WrkResult>> Results() => Paths.ToDictionary(path => path, _ => new List<WrkResult>());

    private static List<ThroughputRow> Throughput(Dictionary<TlsPath, List<WrkResult>> results) =>
        [.. results.Select(pair => new ThroughputRow(pair.Key.Path, Distribution.Of(pair.Value.Select(result => result.BytesPerSecond)).Median))];

    private static List<RateRow> Rates(Dictionary<TlsPath, List<WrkResult>> results) =>
        [.. results.Select(pair => RateRow.Of(pair.Key.Path, pair.Value))];

    private sealed record TlsPath(string Path, string Url, string Host);
}

internal sealed record TlsReport(
    IReadOnlyList<ThroughputRow> One, IReadOnlyList<ThroughputRow> Many, IReadOnlyList<RateRow> KeepAlive, IReadOnlyList<RateRow> NewConnections);
