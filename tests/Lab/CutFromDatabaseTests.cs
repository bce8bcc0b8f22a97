using System.Text.Json.Nodes;
using Appliance.Cli.Clients;
using Appliance.Cli.Lab;
using Appliance.Cli.Services;

namespace Tests.Lab;

/// <summary>One backend does not reach the database any longer, and the others do: nobody has to know of it for long.</summary>
public sealed class CutFromDatabaseTests(LabFixture lab) : LabTest(lab)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Of somebody who reads what he is told. A flow moves between two requests, and there would hardly be an instant between.</summary>
    private static readonly TimeSpan Thinking = TimeSpan.FromMilliseconds(200);

    [Fact]
    public async Task Requests_TheirBackendIsCutFromTheDatabase_AreAnsweredByAnother()
    {
        using var connection = await HttpConnection.OpenAsync(Cancelled);
        var account = await MailApi.AccountAsync(connection, MailUsers.Alice, Cancelled);
        var backend = Lab.BackendOf(connection.Client);
        var database = Topology.Find("db").BackAddress;
        Nft.Run(Topology.Find(backend), $"add table inet cut; add chain inet cut out {{ type filter hook output priority 0; }}; add rule inet cut out ip daddr {database} drop");
        try
        {
            await UntilAsync(async () => await AsksInVainAsync(connection, account), "the outage");
            await UntilAsync(async () => !await AsksInVainAsync(connection, account), "answers");
            Assert.NotEqual(backend, Lab.BackendOf(connection.Client));
            await NewFlowsGoElsewhereAsync(backend, async () =>
            {
                var another = await HttpConnection.OpenAsync(Cancelled);
                await MailApi.AccountAsync(another, MailUsers.Alice, Cancelled);
                return another;
            });
        }
        finally
        {
            Nft.Run(Topology.Find(backend), "delete table inet cut");
        }

        await LabFixture.Until(() => IsReady(backend), Patience, "the backend to be ready", Cancelled);
    }

    /// <summary>Refused with a sentence, and not answered.</summary>
    private static async Task<bool> AsksInVainAsync(HttpConnection connection, string account)
    {
        await connection.SendAsync(
            MailApi.Request(MailUsers.Alice, [new JsonArray("Mailbox/get", new JsonObject { ["accountId"] = account, ["ids"] = null }, "0")]), Cancelled);
        var (head, body) = await connection.ReadAnswerAsync(Cancelled);
        var answer = JsonNode.Parse(body)!;
        Assert.True(head.Status == 200 || (head.Status == 503 && (string?)answer["detail"] is { Length: > 0 }), answer.ToJsonString());
        return head.Status != 200;
    }

    private bool IsReady(string backend) =>
        (bool)ControlClient.Get(Lab.ActiveProxy, "/status")!["backends"]!.AsArray().Single(one => (string)one!["name"]! == backend)!["ready"]!;

    private static async Task UntilAsync(Func<Task<bool>> condition, string what)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        patience.CancelAfter(Patience);
        while (!await condition())
        {
            Assert.False(patience.IsCancellationRequested, $"waited in vain for {what}");
            await Task.Delay(Thinking, Cancelled);
        }
    }
}
