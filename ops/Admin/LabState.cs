using System.Globalization;
using System.Text.Json.Nodes;

namespace Appliance.Admin;

/// <summary>Which processes run, from the pid files that the appliance keeps.</summary>
internal static class LabState
{
    public static JsonArray Read(string? folder)
    {
        var run = Path.Combine(folder ?? "", "run");
        string[] machines = folder is null || !Directory.Exists(run) ? [] : [.. Directory.EnumerateDirectories(run).Order(StringComparer.Ordinal)];
        return new JsonArray([.. machines.Select(machine => new JsonObject
        {
            ["name"] = Path.GetFileName(machine),
            ["services"] = new JsonArray([.. Directory.EnumerateFiles(machine, "*.pid")
                .Where(file => !Path.GetFileName(file).Contains('-', StringComparison.Ordinal))
                .Order(StringComparer.Ordinal)
                .Select(file => new JsonObject { ["name"] = Path.GetFileNameWithoutExtension(file), ["state"] = StateOf(file) })]),
        })]);
    }

    private static string StateOf(string pidFile)
    {
        try
        {
            var pid = int.Parse(File.ReadAllText(pidFile).Trim(), CultureInfo.InvariantCulture);
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            return stat[stat.LastIndexOf(')') + 2] switch { 'T' => "frozen", 'Z' => "stopped", _ => "running" };
        }
        catch (Exception exception) when (exception is IOException or FormatException)
        {
            return "stopped";
        }
    }
}
