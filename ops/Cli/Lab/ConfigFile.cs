using System.Text.Json;

namespace Appliance.Cli.Lab;

/// <summary>Generated configuration: written only when it differs, so that a second run changes nothing.</summary>
public static class ConfigFile
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>Files that this run has changed: what reads them runs with something else.</summary>
    public static int Changes { get; private set; }

    public static string Write(string path, string text, UnixFileMode? mode = null)
    {
        if (!File.Exists(path) || File.ReadAllText(path) != text)
        {
            File.WriteAllText(path, text);
            Changes++;
        }

        if (mode is { } bits)
        {
            File.SetUnixFileMode(path, bits);
        }

        return path;
    }

    public static string WriteJson(string path, object value) => Write(path, JsonSerializer.Serialize(value, Json));

    /// <summary>A template from <c>ops/config</c> or <c>ops/keepalived</c> with its <c>@NAME@</c> places filled.</summary>
    public static string Fill(string template, params (string Name, string Value)[] values)
    {
        var text = File.ReadAllText(Path.Combine(LabPaths.Root, "ops", template));
        foreach (var (name, value) in values)
        {
            text = text.Replace($"@{name}@", value, StringComparison.Ordinal);
        }

        return text;
    }
}
