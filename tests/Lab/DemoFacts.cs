using System.Text.Json.Nodes;
using Appliance.Cli.Lab;

namespace Tests.Lab;

/// <summary>What the demonstration's content must hash to.</summary>
internal static class DemoFacts
{
    private static readonly JsonNode Facts = JsonNode.Parse(File.ReadAllText(LabPaths.EtcCommon("demo.json")))!;

    public static (long Bytes, string Sha256) Attachment(string name)
    {
        var attachment = Facts["attachments"]!.AsArray().First(attachment => (string)attachment!["name"]! == name)!;
        return ((long)attachment["bytes"]!, (string)attachment["sha256"]!);
    }

    public static string FileSha256(string path) =>
        (string)Facts["files"]!.AsArray().First(file => (string)file!["path"]! == path)!["sha256"]!;
}
