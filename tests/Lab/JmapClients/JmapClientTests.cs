using System.Text.Json.Nodes;
using Appliance.Cli.Clients;
using Appliance.Cli.Lab;
using Appliance.Cli.Services;
using Tests.Lab.Replay;

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

        var said = Shell.Run(
            "nsenter", $"--net={Topology.Find("client").NamespacePath}", "env", $"NODE_EXTRA_CA_CERTS={LabPaths.EtcCommon("ca.pem")}",
            "timeout", "120", "node", Path.Combine(Folder, $"{program}.mjs"),
            $"https://{Topology.VirtualAddress}/.well-known/jmap", token, MailUsers.Alice.Address, $"{program} {Guid.NewGuid():N}");

        Assert.Equal(seen, said.Trim());
    }

    private static async Task<string> TokenAsync()
    {
        using var connection = await HttpConnection.OpenAsync(Cancelled);
        await connection.SendAsync(ReplayRequest.SignIn(MailUsers.Alice.Password, wantsToken: true), Cancelled);
        var (_, answer) = await connection.ReadAnswerAsync(Cancelled);
        return (string)JsonNode.Parse(answer)!["access_token"]!;
    }
}
