using System.Net;
using System.Text.Json;

namespace Appliance.Admin;

/// <summary>Everything the admin page is told at start.</summary>
internal sealed record AdminConfig(
    IPEndPoint Listen, byte[] PasswordHash, IReadOnlyList<string> ControlSockets, string? LabState, string DataFolder)
{
    /// <summary>Reads the file; null and every mistake with its key path if something is wrong.</summary>
    public static AdminConfig? Read(string path, List<string> mistakes)
    {
        Raw? raw;
        try
        {
            raw = JsonSerializer.Deserialize<Raw>(File.ReadAllText(path), JsonSerializerOptions.Web);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException)
        {
            mistakes.Add($"{path}: {exception.Message}");
            return null;
        }

        if (!IPEndPoint.TryParse(raw?.Listen ?? "", out var listen))
        {
            mistakes.Add($"listen: '{raw?.Listen}' is no address with a port; write one such as 127.0.0.1:8443");
        }

        if (!File.Exists(raw?.PasswordFile))
        {
            mistakes.Add($"passwordFile: there is no file '{raw?.PasswordFile}'");
        }

        if (raw?.ControlSockets is not { Count: > 0 })
        {
            mistakes.Add("controlSockets: is empty; name the control socket of every proxy");
        }

        if (string.IsNullOrWhiteSpace(raw?.DataFolder))
        {
            mistakes.Add("dataFolder: is missing; name a folder for the certificate");
        }

        return mistakes.Count > 0 ? null : new AdminConfig(
            listen!, AdminSessions.Hash(File.ReadAllText(raw!.PasswordFile!).Trim()), raw.ControlSockets!, raw.LabState, raw.DataFolder!);
    }

    private sealed record Raw(string? Listen, string? PasswordFile, List<string>? ControlSockets, string? LabState, string? DataFolder);
}
