using System.Globalization;
using System.Text.Json.Nodes;
using Appliance.Cli.Lab;
using Spectre.Console;

namespace Appliance.Cli.Commands;

/// <summary><c>flows</c>: what the proxies carry, a flow per row.</summary>
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

        var table = StatusView.Table("client", "address", "backend", "proxy", "state", "kind", "age", "in", "out");
        foreach (var flow in flows)
        {
            table.AddRow(
                StatusView.Text(flow!["client"]), StatusView.Text(flow["virtualAddress"]), StatusView.Text(flow["backend"]), StatusView.Text(flow["proxy"]), StatusView.Text(flow["state"]),
                StatusView.Text(flow["kind"]), ((double)flow["ageSeconds"]!).ToString("0.0 s", CultureInfo.InvariantCulture),
                StatusView.Text(flow["bytesIn"]), StatusView.Text(flow["bytesOut"]));
        }

        AnsiConsole.Write(table);
        AnsiConsole.WriteLine(flows.Count == 1 ? "1 flow" : $"{flows.Count} flows");
        return ExitCodes.Ok;
    }

    /// <summary>Every proxy knows every flow; the one that is active for its address has counted its bytes.</summary>
    public static JsonArray Gather()
    {
        var statuses = Topology.Proxies.Select(proxy => (proxy.Name, Status: ControlClient.Get(proxy.Name, "/status")))
            .Where(proxy => proxy.Status is not null).ToList();
        if (statuses.Count == 0)
        {
            throw new NotRunningException("no proxy answers; start the lab with ops/appliance up");
        }

        var rows = statuses.SelectMany(proxy => (ControlClient.Get(proxy.Name, "/flows")?.AsArray() ?? [])
            .Select(row => (Row: row!, IsActive: ControlClient.IsActive(proxy.Status, (string)row!["virtualAddress"]!))));
        return new JsonArray([.. rows.GroupBy(row => (string)row.Row["id"]!)
            .Select(flow => flow.MaxBy(row => row.IsActive).Row.DeepClone())
            .OrderByDescending(row => (double)row["ageSeconds"]!)]);
    }
}
