using System.Text.Json.Nodes;
using Tests.Unit.Webmail.Outbox;
using Tests.Unit.Webmail.Sieve;

namespace Tests.Unit.Webmail.Drafts;

/// <summary>A draft that is sent is none any longer, in the same transaction.</summary>
public sealed class SendingDraftTests(PostgresServer server, DovecotServer dovecot) : DraftTest(server, dovecot)
{
    [Fact]
    public async Task Submit_WithDraft_RemovesItAndItsMessage()
    {
        await Backend.Writer.StartAsync(Cancelled);
        var id = (string)(await CreateAsync("one"))["id"]!;
        await SettleAsync();

        await Backend.SubmitAndMoveAsync(Alice, await Backend.DraftAsync(Alice), Draft(id, 1));
        await SettleAsync();

        Assert.Empty((await Backend.CallAsync(Alice, "Draft/get", "\"ids\":null"))["list"]!.AsArray());
        Assert.Equal((0, 1), (await CountAsync("Drafts"), await CountAsync("Sent")));
    }

    [Fact]
    public async Task Submit_DraftWasChangedMeanwhile_IsRefusedAndNothingIsSent()
    {
        var id = (string)(await CreateAsync("one"))["id"]!;
        await UpdateAsync(id, 1, Email("two"));

        var error = await RefusedAsync(await Backend.DraftAsync(Alice), Draft(id, 1));

        Assert.Equal("versionMismatch", (string)error["type"]!);
        Assert.Equal("two", TextOf(error["draft"]!));
        Assert.Equal(0L, await Database.ScalarAsync<long>("SELECT count(*) FROM outbox", Cancelled));
    }

    [Fact]
    public async Task Submit_DraftTwiceFromTwoTabs_IsSentOnce()
    {
        var id = (string)(await CreateAsync("one"))["id"]!;
        await Backend.SubmitAsync(Alice, await Backend.DraftAsync(Alice), Draft(id, 1));

        var error = await RefusedAsync(await Backend.DraftAsync(Alice), Draft(id, 1));

        Assert.Equal("draftNotFound", (string)error["type"]!);
    }

    [Fact]
    public async Task Submit_TheDraftsOwnMessage_ForgetsTheDraftAndSendsNoMark()
    {
        await Backend.Writer.StartAsync(Cancelled);
        var email = $",\"from\":[{{\"email\":\"{Alice.Username}\"}}]";
        var id = (string)(await CreateAsync("one", moreOfEmail: email))["id"]!;
        await SettleAsync();
        var message = (string)(await GetAsync(id))["emailId"]!;

        var submission = await Backend.SubmitAndMoveAsync(Alice, message);
        await Backend.Executor.StartAsync(Cancelled);
        await UntilStateAsync(submission, "filed");

        Assert.Empty((await Backend.CallAsync(Alice, "Draft/get", "\"ids\":null"))["list"]!.AsArray());
        Assert.DoesNotContain("X-Webmail-Draft", Assert.Single(Smtp.Taken).ToString(), StringComparison.OrdinalIgnoreCase);
        Assert.Equal((0, 1), (await CountAsync("Drafts"), await CountAsync("Sent")));
    }

    [Fact]
    public async Task Cancel_SentWithDraft_IsAMessageInDraftsAgain()
    {
        await Backend.Writer.StartAsync(Cancelled);
        await Backend.Executor.StartAsync(Cancelled);
        var id = (string)(await CreateAsync("one"))["id"]!;
        await SettleAsync();
        var submission = await Backend.SubmitAndMoveAsync(Alice, await Backend.DraftAsync(Alice), Draft(id, 1) + $$$"""
            ,"envelope":{"mailFrom":{"email":"{{{Alice.Username}}}","parameters":{"HOLDFOR":"600"}},"rcptTo":[{"email":"bob@example.test"}]}
            """);

        Assert.Null(await Backend.UpdateAsync(Alice, submission, """{"undoStatus":"canceled"}"""));
        await UntilDoneAsync(submission);
        await SettleAsync();

        Assert.Single(await ListAsync("Drafts"));
    }

    private static string Draft(string id, int version) => $",\"draftId\":\"{id}\",\"draftVersion\":{version}";

    private async Task<JsonNode> RefusedAsync(string email, string more) => (await Backend.CallAsync(Alice, "EmailSubmission/set", $$$"""
        "create":{"s":{"identityId":"i0","emailId":"{{{email}}}"{{{more}}} } }
        """))["notCreated"]!["s"]!;
}
