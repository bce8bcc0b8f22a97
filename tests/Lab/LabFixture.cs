using System.Text.Json.Nodes;
using Appliance.Cli.Lab;

namespace Tests.Lab;

/// <summary>The running lab. Tests break it; each one gets it back whole.</summary>
public sealed class LabFixture
{
    private static readonly TimeSpan HealthyWithin = TimeSpan.FromSeconds(40);

    /// <summary>Rounds of a failure story: a few in the gate, many with --full.</summary>
    public static int Rounds(int few, int many) => Environment.GetEnvironmentVariable("APPLIANCE_FULL") == "1" ? many : few;

    public string ActiveProxy =>
        Topology.Proxies.FirstOrDefault(proxy => (bool?)ControlClient.Get(proxy.Name, "/status")?["active"] == true)?.Name
        ?? throw new InvalidOperationException("no proxy is active");

    /// <summary>The backend that owns a client's flow.</summary>
    public string BackendOf(string client) => (string)Flow(client)["backend"]!;

    public JsonNode Flow(string client) =>
        FlowOrNull(client) ?? throw new InvalidOperationException($"no proxy knows a flow of {client}");

    public JsonNode? FlowOrNull(string client) =>
        Topology.Proxies.Select(proxy => ControlClient.Get(proxy.Name, "/flows")?.AsArray().FirstOrDefault(flow => (string)flow!["client"]! == client))
            .FirstOrDefault(flow => flow is not null);

    /// <summary>Brings back whatever a test broke and waits until every part is healthy again.</summary>
    public async Task MendAsync(CancellationToken cancellationToken)
    {
        foreach (var machine in Topology.Machines.Where(machine => machine.Name != "client"))
        {
            Failure.Revive(machine.Name);
        }

        await Until(IsHealthy, HealthyWithin, "the lab to be healthy again", cancellationToken);
    }

    public static async Task Until(Func<bool> condition, TimeSpan within, string what, CancellationToken cancellationToken)
    {
        var deadline = DateTime.UtcNow + within;
        while (!condition())
        {
            Assert.True(DateTime.UtcNow < deadline, $"waited {within.TotalSeconds:0} s for {what}");
            await Task.Delay(TimeSpan.FromMilliseconds(5), cancellationToken);
        }
    }

    private static bool IsHealthy()
    {
        var statuses = Topology.Proxies.Select(proxy => ControlClient.Get(proxy.Name, "/status")).ToList();
        return statuses.Count(status => (bool?)status?["active"] == true) == 1
            && statuses.All(status => status is not null
                && status["backends"]!.AsArray().All(backend => (bool)backend!["healthy"]!)
                && status["stores"]!.AsArray().All(store => (bool)store!["healthy"]!));
    }
}
