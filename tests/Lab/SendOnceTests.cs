using System.Text.Json.Nodes;
using Appliance.Cli.Clients;
using Appliance.Cli.Lab;
using Appliance.Cli.Services;

namespace Tests.Lab;

/// <summary>A mail is sent while its backend dies: it is delivered exactly once, unless the backend died with the mail at the door and says so.</summary>
public sealed class SendOnceTests(LabFixture lab) : LabTest(lab)
{
    [Theory]
    [InlineData(Dying.Kill)]
    [InlineData(Dying.Unplug)]
    public async Task Send_BackendDiesMeanwhile_IsDeliveredOnce(Dying how)
    {
        for (var round = 0; round < LabFixture.Rounds(3, 50); round++)
        {
            var subject = $"Once {how} {round} {Guid.NewGuid():N}";
            using var connection = await HttpConnection.OpenAsync(Cancelled);
            var account = await MailApi.AccountAsync(connection, MailUsers.Alice, Cancelled);
            var calls = SendCalls(account, await DraftsAsync(connection, account), await IdentityAsync(connection, account), subject);
            var backend = Lab.BackendOf(connection.Client);

            await connection.SendAsync(MailApi.Request(MailUsers.Alice, calls), Cancelled);
            await Task.Delay(TimeSpan.FromMilliseconds(new Random(round).Next(0, 60)), Cancelled);
            Failure.Apply(backend, how);
            var (head, body) = await connection.ReadAnswerAsync(Cancelled);

            Assert.Equal(200, head.Status);
            var submission = JsonNode.Parse(body)!["methodResponses"]![1]!;
            Assert.True(submission[1]!["created"]?["s"] is not null, submission.ToJsonString());
            var isUncertain = await ArrivesOrIsUncertainAsync(subject, account, (string)submission[1]!["created"]!["s"]!["id"]!);
            await Lab.MendAsync(Cancelled);
            Assert.InRange(Delivered(subject), isUncertain ? 0 : 1, 1);
        }
    }

    private static async Task<bool> ArrivesOrIsUncertainAsync(string subject, string account, string id)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        using var connection = await HttpConnection.OpenAsync(Cancelled);
        while (Delivered(subject) == 0)
        {
            Assert.False(patience.IsCancellationRequested, $"the mail {subject} has neither arrived nor is it uncertain");
            var answer = await MailApi.CallAsync(connection, MailUsers.Alice,
                [new JsonArray("EmailSubmission/get", new JsonObject { ["accountId"] = account, ["ids"] = new JsonArray(id) }, "g")], Cancelled);
            if ((string?)answer[0]![1]!["list"]![0]!["outboxState"] == "uncertain")
            {
                return true;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), Cancelled);
        }

        return false;
    }

    private static int Delivered(string subject) => Maildir.Find(MailUsers.Bob, subject).Count;

    private static async Task<string> DraftsAsync(HttpConnection connection, string account)
    {
        var answer = await MailApi.CallAsync(connection, MailUsers.Alice,
            [new JsonArray("Mailbox/get", new JsonObject { ["accountId"] = account, ["ids"] = null }, "m")], Cancelled);
        return (string)answer[0]![1]!["list"]!.AsArray().First(mailbox => (string?)mailbox!["role"] == "drafts")!["id"]!;
    }

    private static async Task<string> IdentityAsync(HttpConnection connection, string account)
    {
        var answer = await MailApi.CallAsync(connection, MailUsers.Alice,
            [new JsonArray("Identity/get", new JsonObject { ["accountId"] = account, ["ids"] = null }, "i")], Cancelled);
        return (string)answer[0]![1]!["list"]![0]!["id"]!;
    }

    private static JsonArray SendCalls(string account, string drafts, string identity, string subject) =>
    [
        new JsonArray("Email/set", new JsonObject
        {
            ["accountId"] = account,
            ["create"] = new JsonObject
            {
                ["d"] = new JsonObject
                {
                    ["mailboxIds"] = new JsonObject { [drafts] = true },
                    ["keywords"] = new JsonObject { ["$draft"] = true },
                    ["from"] = new JsonArray(new JsonObject { ["email"] = MailUsers.Alice.Address }),
                    ["to"] = new JsonArray(new JsonObject { ["email"] = MailUsers.Bob.Address }),
                    ["subject"] = subject,
                    ["textBody"] = new JsonArray(new JsonObject { ["partId"] = "t", ["type"] = "text/plain" }),
                    ["bodyValues"] = new JsonObject { ["t"] = new JsonObject { ["value"] = "Exactly once, please." } },
                },
            },
        }, "e"),
        new JsonArray("EmailSubmission/set", new JsonObject
        {
            ["accountId"] = account,
            ["create"] = new JsonObject { ["s"] = new JsonObject { ["emailId"] = "#d", ["identityId"] = identity } },
        }, "s"),
    ];
}
