using System.Text.Json;
using System.Text.Json.Nodes;
using Webmail.Mail.Seams;
using Webmail.Web.Jmap;
using Webmail.Web.Journal;
using Webmail.Web.Status;

namespace Tests.Unit.Webmail.Outages;

/// <summary>What was answered while a server was away is answered again by whoever takes the request over, when it is back.</summary>
public sealed class ReplayTests(OutageWebmail webmail) : IClassFixture<OutageWebmail>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Answer_MadeWhileTheMailServerWasAway_IsTheSameWhenItIsBack()
    {
        var user = await webmail.NewUserAsync();
        Deliver(user, "first");
        var inbox = await user.MailboxIdAsync("inbox");
        await user.InboxAsync();
        var calls = $$"""
            [["Mailbox/get",{"accountId":"$account","ids":null},"0"],["Email/query",{"accountId":"$account","filter":{"inMailbox":"{{inbox}}"} },"1"],
             ["Email/get",{"accountId":"$account","#ids":{"resultOf":"1","name":"Email/query","path":"/ids"},"properties":["subject","preview"]},"2"]]
            """;
        var (request, status) = (new TestJournal(), new TestJournal());

        webmail.Mail.Stop();
        string answer, state;
        try
        {
            answer = await RunAsync(user, calls, request);
            await user.UntilStatusAsync("mail", "away");
            state = await StatusAsync(user, status);
        }
        finally
        {
            webmail.Mail.Start();
        }

        await user.UntilStatusAsync("mail", "ok");
        Deliver(user, "second");
        Assert.Contains("second", await RunAsync(user, calls, new TestJournal()), StringComparison.Ordinal);

        Assert.DoesNotContain("second", answer, StringComparison.Ordinal);
        Assert.Equal(answer, await RunAsync(user, calls, request.Replay()));
        Assert.Contains("\"away\"", state, StringComparison.Ordinal);
        Assert.Equal(state, await StatusAsync(user, status.Replay()));
    }

    private void Deliver(OutageUser to, string subject) =>
        webmail.Mail.Deliver(to.Credentials, "ann@example.test", $"Message-ID: <{subject}@example.test>\nFrom: ann@example.test\nSubject: {subject}\n\nText.\n");

    private async Task<string> RunAsync(OutageUser user, string calls, TestJournal journal)
    {
        var account = Account(user, journal);
        var (request, _) = JmapRequest.Parse(JsonSerializer.SerializeToUtf8Bytes(new JsonObject
        {
            ["using"] = new JsonArray(), ["methodCalls"] = JsonNode.Parse(calls.Replace("$account", account.Id, StringComparison.Ordinal)),
        }));
        return (await webmail.Service<JmapDispatcher>().RunAsync(request!, account, Cancelled)).ToJsonString();
    }

    private async Task<string> StatusAsync(OutageUser user, TestJournal journal) =>
        StatusJson.Describe(await webmail.Service<StatusReader>().ReadAsync(Account(user, journal), Cancelled)).ToJsonString();

    private static MailAccount Account(OutageUser user, TestJournal journal) =>
        new(AccountId.Of(user.Credentials.Username), user.Credentials, journal, journal, TimeProvider.System);
}
