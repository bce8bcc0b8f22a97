using System.Globalization;
using System.Text.Json.Nodes;
using Appliance.Cli.Lab;
using Spectre.Console;

namespace Appliance.Cli.Commands;

/// <summary><c>flows</c>: what the active proxy carries, a flow per row.</summary>
internal static class FlowsCommand
{
    public static int Run(bool json)
    {
        var flows = Gather();
        if (json)
        {
            Console.WriteLine(flows.ToJsonString());
            return ExitCodes.Ok;
        }

        var table = StatusView.Table("client", "backend", "proxy", "state", "kind", "age", "in", "out");
        foreach (var flow in flows)
        {
            table.AddRow(
                StatusView.Text(flow!["client"]), StatusView.Text(flow["backend"]), StatusView.Text(flow["proxy"]), StatusView.Text(flow["state"]),
                StatusView.Text(flow["kind"]), ((double)flow["ageSeconds"]!).ToString("0.0 s", CultureInfo.InvariantCulture),
                StatusView.Text(flow["bytesIn"]), StatusView.Text(flow["bytesOut"]));
        }

        AnsiConsole.Write(table);
        AnsiConsole.WriteLine(flows.Count == 1 ? "1 flow" : $"{flows.Count} flows");
        return ExitCodes.Ok;
    }

    public static JsonArray Gather()
    {
        var statuses = Topology.Proxies.Select(proxy => (proxy.Name, Status: ControlClient.Get(proxy.Name, "/status"))).ToList();
        var source = statuses.FirstOrDefault(pair => (bool?)pair.Status?["active"] == true).Name
            ?? statuses.FirstOrDefault(pair => pair.Status is not null).Name
            ?? throw new NotRunningException("no proxy answers; start the lab with ops/appliance up");
        return ControlClient.Get(source, "/flows")?.AsArray() ?? [];
    }
}
