using System.Globalization;
using System.Text.Json.Nodes;
using Spectre.Console;

namespace Appliance.Cli.Commands;

/// <summary>The status for people.</summary>
internal static class StatusView
{
    public static void Write(JsonObject status)
    {
        var machines = Table("machine", "service", "state", "pid");
        foreach (var machine in status["machines"]!.AsArray())
        {
            var services = machine!["services"]!.AsArray();
            foreach (var service in services)
            {
                machines.AddRow(Text(machine["name"]), Text(service!["name"]), Coloured(Text(service["state"])), Text(service["pid"]));
            }
        }

        var proxies = Table("proxy", "answers", "active for", "flows", "orphaned", "handovers", "takeovers", "protected");
        foreach (var proxy in status["proxies"]!.AsArray())
        {
            proxies.AddRow(
                Text(proxy!["name"]), YesNo(proxy["healthy"]), ActiveFor(proxy), Text(proxy["flows"]?["spliced"]), Text(proxy["flows"]?["orphaned"]),
                Text(proxy["counters"]?["handovers"]), Text(proxy["counters"]?["takeovers"]), YesNo(proxy["protected"]));
        }

        var backends = Table("backend", "pool", "healthy", "ready", "full", "draining", "flows");
        foreach (var backend in status["backends"]!.AsArray())
        {
            backends.AddRow(Text(backend!["name"]), Text(backend["pool"]), YesNo(backend["healthy"]), YesNo(backend["ready"]), YesNo(backend["full"]), YesNo(backend["draining"]), Text(backend["flows"]));
        }

        var stores = Table("store", "healthy", "lag");
        foreach (var store in status["stores"]!.AsArray())
        {
            stores.AddRow(Text(store!["name"]), YesNo(store["healthy"]),
                ((double?)store["lagMilliseconds"] ?? 0).ToString("0.00 ms", CultureInfo.InvariantCulture));
        }

        foreach (var table in (Table[])[machines, proxies, backends, stores])
        {
            AnsiConsole.Write(table);
        }

        var drops = status["drops"]!.AsArray().Where(drop => (long)drop!["packets"]! > 0)
            .Select(drop => $"{Text(drop!["reason"])} {Text(drop["packets"])}").ToList();
        AnsiConsole.WriteLine(drops.Count == 0 ? "no packets dropped" : $"packets dropped: {string.Join(", ", drops)}");
    }

    public static Table Table(params string[] columns)
    {
        var table = new Table().Border(TableBorder.Simple);
        foreach (var column in columns)
        {
            table.AddColumn(column);
        }

        return table;
    }

    public static string Text(JsonNode? node) => Markup.Escape(node?.ToString() ?? "–");

    private static string YesNo(JsonNode? node) => (bool?)node switch { true => "[green]yes[/]", false => "[red]no[/]", null => "–" };

    private static string ActiveFor(JsonNode proxy) =>
        proxy["addressPairs"]?.AsArray().Where(pair => (bool)pair!["active"]!).Select(pair => Text(pair!["virtualAddress"])).ToList() is { Count: > 0 } active
            ? $"[green]{string.Join("\n", active)}[/]"
            : "–";

    private static string Coloured(string state) => state == "running" ? $"[green]{state}[/]" : $"[red]{state}[/]";
}
