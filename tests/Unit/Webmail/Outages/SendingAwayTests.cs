using System.Text.Json.Nodes;

namespace Tests.Unit.Webmail.Outages;

/// <summary>Nobody takes mail to send, or only the server that keeps filters is away: all else goes on.</summary>
public sealed class SendingAwayTests(OutageWebmail webmail) : IClassFixture<OutageWebmail>, IAsyncLifetime
{
    private OutageUser _user = null!;

    public async ValueTask InitializeAsync() => _user = await webmail.NewUserAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Submission_SubmissionServerAway_SaysThatItWaitsAndLeavesWhenItIsBack()
    {
        Assert.Equal("ok", (string)(await _user.StatusAsync("sending"))["state"]!);
        var id = await SubmitAsync();

        await _user.UntilStatusAsync("sending", "away");
        var waiting = await SubmissionAsync(id);
        var status = await _user.StatusAsync("sending");

        Assert.Equal("held", (string)waiting["outboxState"]!);
        Assert.Contains("does not take messages now", (string)waiting["problem"]!, StringComparison.Ordinal);
        Assert.NotNull(waiting["nextAttemptAt"]);
        Assert.NotNull(status["since"]);
        Assert.StartsWith("The server that sends mail does not answer. One message waits", (string)status["sentence"]!, StringComparison.Ordinal);
        Assert.Equal("ok", (string)(await _user.StatusAsync("mail"))["state"]!);

        using var smtp = webmail.Send();
        await _user.CallAsync("EmailSubmission/set", $$$"""
            "update":{"{{{id}}}":{"outboxState":"held"} }
            """);
        await OutageUser.UntilAsync(async () => (string)(await SubmissionAsync(id))["outboxState"]! == "filed", "the message to leave");
        Assert.Single(smtp.Taken);
        Assert.Equal("ok", (string)(await _user.StatusAsync("sending"))["state"]!);
    }

    [Fact]
    public async Task Filters_SieveServerStopped_AreAllThatIsAway()
    {
        Assert.Equal("ok", (string)(await _user.StatusAsync("filters"))["state"]!);
        webmail.Filters.Stop();
        try
        {
            var error = await _user.ErrorAsync("SieveScript/get", "\"ids\":null");
            await _user.UntilStatusAsync("filters", "away");
            var filters = await _user.StatusAsync("filters");

            Assert.Equal("serverUnavailable", (string)error["type"]!);
            Assert.Contains("Filters go on sorting mail as they are", (string)error["description"]!, StringComparison.Ordinal);
            Assert.Contains("They go on sorting mail as they are", (string)filters["sentence"]!, StringComparison.Ordinal);
            await _user.CallAsync("Mailbox/get", "\"ids\":null");
            Assert.Equal("ok", (string)(await _user.StatusAsync("mail"))["state"]!);
        }
        finally
        {
            webmail.Filters.Start();
        }

        await _user.UntilStatusAsync("filters", "ok");
        await _user.CallAsync("SieveScript/get", "\"ids\":null");
    }

    private async Task<string> SubmitAsync()
    {
        await _user.CallAsync("Mailbox/set", "\"create\":{\"m\":{\"name\":\"Drafts\"} }");
        var mailboxes = (await _user.CallAsync("Mailbox/get", "\"ids\":null"))["list"]!.AsArray();
        var drafts = (string)mailboxes.Single(one => (string)one!["name"]! == "Drafts")!["id"]!;
        var draft = await _user.CallAsync("Email/set", $$$"""
            "create":{"d":{"mailboxIds":{"{{{drafts}}}":true},"keywords":{"$draft":true},
                "from":[{"email":"{{{_user.Credentials.Username}}}"}],"to":[{"email":"bob@example.test"}],"subject":"waits","textBody":[{"partId":"t"}],"bodyValues":{"t":{"value":"text"} } } }
            """);
        var submitted = await _user.CallAsync("EmailSubmission/set", $$$"""
            "create":{"s":{"identityId":"i0","emailId":"{{{(string)draft["created"]!["d"]!["id"]!}}}"} }
            """);
        return (string)submitted["created"]!["s"]!["id"]!;
    }

    private async Task<JsonNode> SubmissionAsync(string id) =>
        Assert.Single((await _user.CallAsync("EmailSubmission/get", $"\"ids\":[\"{id}\"]"))["list"]!.AsArray())!;
}
