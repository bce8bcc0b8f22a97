using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Appliance.Cli.Lab;

namespace Tests.Lab;

/// <summary>The running lab. Tests break it; each one gets it back whole.</summary>
public sealed class LabFixture
{
    private static readonly TimeSpan HealthyWithin = TimeSpan.FromSeconds(40);

    /// <summary>Rounds of a failure story: a few in the gate, many with --full, which APPLIANCE_FULL=1 stands for; a larger number
    /// there is the number of rounds.</summary>
    public static int Rounds(int few, int many) =>
        int.TryParse(Environment.GetEnvironmentVariable("APPLIANCE_FULL"), CultureInfo.InvariantCulture, out var full)
            ? (full == 1 ? many : full)
            : few;

    /// <summary>Not the gate's.</summary>
    public static bool IsLongForm => Rounds(0, 1) > 0;

    public string ActiveProxy => ActiveProxyFor(Topology.VirtualAddress);

    public static string ActiveProxyFor(string address) =>
        Topology.Proxies.FirstOrDefault(proxy => IsActive(proxy.Name, address))?.Name ?? throw new InvalidOperationException($"no proxy has {address}");

    public static bool IsActive(string proxy, string address = Topology.VirtualAddress) =>
        ControlClient.IsActive(ControlClient.Get(proxy, "/status"), address);

    /// <summary>The backend that owns a client's flow.</summary>
    public string BackendOf(string client) => (string)Flow(client)["backend"]!;

    public JsonNode Flow(string client) =>
        FlowOrNull(client) ?? throw new InvalidOperationException($"no proxy knows a flow of {client}");

    public JsonNode? FlowOrNull(string client) =>
        Topology.Proxies.Select(proxy => FlowOrNull(proxy.Name, client)).FirstOrDefault(flow => flow is not null);

    /// <summary>A flow as one proxy knows it.</summary>
    public static JsonNode? FlowOrNull(string proxy, string client) =>
        ControlClient.Get(proxy, "/flows")?.AsArray().FirstOrDefault(flow => (string)flow!["client"]! == client);

    /// <summary>Brings back whatever a test broke and waits until every part is healthy again.</summary>
    public async Task MendAsync(CancellationToken cancellationToken)
    {
        foreach (var machine in Topology.Machines.Where(machine => machine.Name != "client" && !Failure.IsWhole(machine)))
        {
            Failure.Revive(machine.Name);
        }

        var deadline = DateTime.UtcNow + HealthyWithin;
        while (Ailments() is { Count: > 0 } ailments)
        {
            Assert.True(DateTime.UtcNow < deadline, $"the lab did not become healthy again: {string.Join(", ", ailments)}");
            await Task.Delay(TimeSpan.FromMilliseconds(20), cancellationToken);
        }
    }

    public static async Task Until(Func<bool> condition, TimeSpan within, string what, CancellationToken cancellationToken)
    {
        for (var clock = Stopwatch.StartNew(); ;)
        {
            var asked = clock.Elapsed;
            if (condition())
            {
                return;
            }

            Assert.True(clock.Elapsed < within, $"waited {within.TotalSeconds:0} s for {what}");
            // What is dear to ask is asked rarely.
            await Task.Delay(TimeSpan.FromMilliseconds(5) + 4 * (clock.Elapsed - asked), cancellationToken);
        }
    }

    private static List<string> Ailments()
    {
        var statuses = Topology.Proxies.Select(proxy => (proxy.Name, Status: ControlClient.Get(proxy.Name, "/status"))).ToList();
        var ailments = statuses.Where(pair => pair.Status is null).Select(pair => $"{pair.Name} does not answer").ToList();
        ailments.AddRange(Topology.AddressPairs
            .Select(pair => (pair.VirtualAddress, Active: statuses.Count(status => ControlClient.IsActive(status.Status, pair.VirtualAddress))))
            .Where(pair => pair.Active != 1)
            .Select(pair => $"{pair.Active} proxies have {pair.VirtualAddress}"));

        foreach (var (name, status) in statuses.Where(pair => pair.Status is not null))
        {
            ailments.AddRange(status!["backends"]!.AsArray().Concat(status["stores"]!.AsArray())
                .Where(part => !(bool)part!["healthy"]!).Select(part => $"{name} finds {part!["name"]} unhealthy"));
            ailments.AddRange(status["backends"]!.AsArray()
                .Where(backend => (string)backend!["kind"]! == "hooks" && (int)backend["stores"]! < status["stores"]!.AsArray().Count)
                .Select(backend => $"{backend!["name"]} counts on {backend["stores"]} stores"));
        }

        return ailments;
    }
}
