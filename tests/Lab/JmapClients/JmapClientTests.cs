using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using Appliance.Cli.Clients;
using Appliance.Cli.Lab;
using Appliance.Cli.Services;

namespace Tests.Lab.JmapClients;

/// <summary>Mail programs made with JMAP libraries of others use the webmail as their server.</summary>
public sealed class JmapClientTests(LabFixture lab) : LabTest(lab)
{
    private static readonly string Folder = Path.Combine(LabPaths.Root, "tests", "Lab", "JmapClients");

    [Theory]
    [InlineData("jmap-jam", """{"created":["mail"],"isFiled":true,"text":"what is written","attachment":"what is attached","isInTrash":true,"isSeen":true,"isDestroyed":true}""")]
    [InlineData("jmap-client-ts", """{"isFound":true,"isNamed":true,"preview":"what is written","folderIsNew":true,"isDestroyed":true,"folderIsDestroyed":true}""")]
    public async Task Program_OfOthers_ReadsAndWritesMail(string program, string seen)
    {
        Shell.Run("npm", "--prefix", Folder, "ci", "--no-audit", "--no-fund", "--loglevel=error");
        var token = await TokenAsync();

        var said = await RunAsync(program, $"https://{Topology.VirtualAddress}/.well-known/jmap", token, MailUsers.Alice.Address, $"{program} {Guid.NewGuid():N}");

        Assert.Equal(seen, said.Trim());
    }

    private static async Task<string> TokenAsync()
    {
        using var connection = await HttpConnection.OpenAsync(Cancelled);
        var body = new JsonObject { ["username"] = MailUsers.Alice.Address, ["password"] = MailUsers.Alice.Password, ["accessToken"] = true }.ToJsonString();
        await connection.SendAsync(
            $"POST /session HTTP/1.1\r\nHost: webmail.lab\r\nSec-Fetch-Site: same-origin\r\nContent-Type: application/json\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}",
            Cancelled);
        var (_, answer) = await connection.ReadAnswerAsync(Cancelled);
        return (string)JsonNode.Parse(answer)!["access_token"]!;
    }

    private static async Task<string> RunAsync(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo("nsenter", [$"--net={Topology.Find("client").NamespacePath}", "node", Path.Combine(Folder, $"{program}.mjs"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["NODE_EXTRA_CA_CERTS"] = LabPaths.EtcCommon("ca.pem");
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync(Cancelled);
        var said = await process.StandardOutput.ReadToEndAsync(Cancelled);
        await process.WaitForExitAsync(Cancelled);
        Assert.True(process.ExitCode == 0, $"{program}: {await errors}");
        return said;
    }
}
