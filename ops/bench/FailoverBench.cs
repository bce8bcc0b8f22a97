using System.Text.Json.Nodes;
using Appliance.Cli.Clients;
using Appliance.Cli.Lab;
using Appliance.Cli.Services;

namespace Appliance.Bench;

/// <summary>
/// The pause a client sees in the download of a 100 MB attachment when something dies at a random byte, for every way of
/// dying; beside it the longest pause of downloads in which nothing dies.
/// </summary>
internal static class FailoverBench
{
    private const string Attachment = "big-100mb.bin";
    private const long AttachmentBytes = 100L << 20;
    private static readonly TimeSpan HealthyWithin = TimeSpan.FromSeconds(60);

    /// <param name="rounds">Downloads for each way of dying.</param>
    /// <param name="only">Only what begins with this, such as "proxy" or "backend/kill"; null for all.</param>
    /// <param name="tls">Over HTTPS.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<IReadOnlyList<FailoverRow>> RunAsync(int rounds, string? only, bool tls, CancellationToken cancellationToken)
    {
        var path = await MailApi.AttachmentPathAsync(MailUsers.Alice, Attachment, cancellationToken);
        var rows = new List<FailoverRow> { await MeasureAsync("nothing", null, null, rounds, path, tls, cancellationToken) };
        (string Role, Func<string, IReadOnlyList<string>> Victims)[] roles =
        [
            ("backend", client => [BackendOf(client)]),
            ("proxy", _ => [ActiveProxy()]),
            // One that carries both, which in the lab is two.
            ("machine", client => [BackendOf(client), ActiveProxy()]),
        ];
        foreach (var (role, victims) in roles)
        {
            foreach (var how in Enum.GetValues<Dying>().Where(how => $"{role}/{Word(how)}".StartsWith(only ?? "", StringComparison.Ordinal)))
            {
                rows.Add(await MeasureAsync(role, how, victims, rounds, path, tls, cancellationToken));
            }
        }

        await MendAsync(cancellationToken);
        return rows;
    }

    private static async Task<FailoverRow> MeasureAsync(
        string role, Dying? how, Func<string, IReadOnlyList<string>>? victims, int rounds, string path, bool tls, CancellationToken cancellationToken)
    {
        var pauses = new List<double>();
        var (intact, random) = (0, new Random(1));
        for (var round = 0; round < rounds; round++)
        {
            await MendAsync(cancellationToken);
            using var download = await Download.StartAsync(path, "webmail.lab", MailApi.Credentials(MailUsers.Alice), cancellationToken, tls);
            var dieAt = random.NextInt64(1, AttachmentBytes * 9 / 10);
            var receiving = download.ReceiveAsync(cancellationToken);
            while (how is not null && download.Bytes < dieAt && !receiving.IsCompleted)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(1), cancellationToken);
            }

            if (how is { } dying)
            {
                await Failure.ApplyAsync(victims!(download.Client), dying);
            }

            try
            {
                var result = await receiving;
                pauses.Add(result.Pause.TotalMilliseconds);
                Console.Error.WriteLine($"{role} {Word(how)} round {round + 1} of {rounds}: {result.Pause.TotalMilliseconds:0} ms");
                intact += result.Bytes == AttachmentBytes && result.Status == 200 ? 1 : 0;
            }
            catch (Exception exception) when (exception is BrokenConnectionException or OperationCanceledException or System.Net.Sockets.SocketException)
            {
                Console.Error.WriteLine($"{role} {Word(how)} round {round + 1} of {rounds}: {exception.Message}");
            }
        }

        return new FailoverRow(role, Word(how), intact, Distribution.Of(pauses));
    }

    /// <summary>A proxy that wakes up may hold an address for a moment that another one has, or neither: one must have each.</summary>
    private static bool IsMended(IReadOnlyList<JsonNode?> statuses) =>
        Topology.AddressPairs.All(pair => statuses.Count(status => ControlClient.IsActive(status, pair.VirtualAddress)) == 1)
        && statuses.All(status => status is not null && IsHealthy(status, "backends") && IsHealthy(status, "stores"));

    private static string Word(Dying? how) => how?.ToString().ToLowerInvariant() ?? "";

    private static string BackendOf(string client) =>
        (string)ControlClient.Get(ActiveProxy(), "/flows")!.AsArray().First(flow => (string)flow!["client"]! == client)!["backend"]!;

    /// <summary>Of the address that the downloads use.</summary>
    private static string ActiveProxy() =>
        Topology.Proxies.FirstOrDefault(proxy => ControlClient.IsActive(ControlClient.Get(proxy.Name, "/status"), Topology.VirtualAddress))?.Name
        ?? throw new BenchException($"no proxy is active for {Topology.VirtualAddress}; see ops/appliance status");

    private static bool IsHealthy(JsonNode status, string what) => status[what]!.AsArray().All(one => (bool)one!["healthy"]!);

    private static async Task MendAsync(CancellationToken cancellationToken)
    {
        foreach (var machine in Topology.Machines.Where(machine => machine.Name != "client"))
        {
            Failure.Revive(machine.Name);
        }

        var deadline = DateTime.UtcNow + HealthyWithin;
        while (!IsMended([.. Topology.Proxies.Select(proxy => ControlClient.Get(proxy.Name, "/status"))]))
        {
            if (DateTime.UtcNow > deadline)
            {
                throw new BenchException("the lab did not become healthy again; see ops/appliance status");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), cancellationToken);
        }
    }
}

/// <summary>Client-visible pauses in milliseconds of one way of dying.</summary>
internal sealed record FailoverRow(string Role, string How, int Intact, Distribution PauseMilliseconds);
