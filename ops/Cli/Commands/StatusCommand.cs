using System.Text.Json.Nodes;
using Appliance.Cli.Lab;
using Appliance.Cli.Services;

namespace Appliance.Cli.Commands;

/// <summary><c>status</c>: machines, processes, health, and what the proxies have done.</summary>
internal static class StatusCommand
{
    public static int Run(bool json)
    {
        var status = Gather();
        if (json)
        {
            Console.WriteLine(status.ToJsonString());
            return (bool)status["up"]! ? ExitCodes.Ok : ExitCodes.NotRunning;
        }

        if (!(bool)status["up"]!)
        {
            throw new NotRunningException("the lab is not running; start it with ops/appliance up");
        }

        StatusView.Write(status);
        return ExitCodes.Ok;
    }

    public static JsonObject Gather()
    {
        var machines = new JsonArray([.. Topology.Machines.Select(MachineNode)]);
        var proxies = new JsonArray([.. Topology.Proxies.Select(ProxyNode)]);
        var best = proxies.FirstOrDefault(proxy => (bool)proxy!["active"]!) ?? proxies.FirstOrDefault(proxy => (bool)proxy!["healthy"]!);
        var answering = proxies.Where(proxy => (bool)proxy!["healthy"]!).ToList();
        return new JsonObject
        {
            ["up"] = Topology.Machines.All(Network.Exists) && answering.Count > 0,
            ["machines"] = machines,
            ["proxies"] = proxies,
            ["backends"] = best?["backends"]?.DeepClone() ?? new JsonArray(),
            ["stores"] = best?["stores"]?.DeepClone() ?? new JsonArray(),
            ["drops"] = Drops(answering),
            ["handovers"] = Sum(answering, "handovers"),
            ["takeovers"] = Sum(answering, "takeovers"),
        };
    }

    private static long Sum(List<JsonNode?> proxies, string counter) => proxies.Sum(proxy => (long)proxy!["counters"]![counter]!);

    private static JsonArray Drops(List<JsonNode?> proxies) =>
        new([.. proxies.SelectMany(proxy => proxy!["drops"]!.AsArray()).GroupBy(drop => (int)drop!["number"]!).Select(reason => new JsonObject
        {
            ["number"] = reason.Key,
            ["reason"] = (string)reason.First()!["reason"]!,
            ["packets"] = reason.Sum(drop => (long)drop!["packets"]!),
        })]);

    private static JsonNode MachineNode(Machine machine) => new JsonObject
    {
        ["name"] = machine.Name,
        ["running"] = Network.Exists(machine),
        ["services"] = new JsonArray([.. AllServices.On(machine).Select(service => new JsonObject
        {
            ["name"] = service.Name,
            ["pid"] = ServiceRunner.Pid(service),
            ["state"] = ServiceRunner.StateWord(service),
        })]),
    };

    private static JsonNode ProxyNode(Machine proxy)
    {
        var answer = ControlClient.Get(proxy.Name, "/status")?.AsObject();
        var node = answer ?? new JsonObject { ["name"] = proxy.Name, ["active"] = false };
        node["healthy"] = answer is not null;
        return node;
    }
}
