using System.Text.Json.Nodes;
using Tests.Unit.Webmail.Sieve;

namespace Tests.Unit.Webmail.Outbox;

/// <summary>The methods of EmailSubmission (RFC 8621 §7).</summary>
public sealed class SubmissionMethodTests(PostgresServer server, DovecotServer dovecot) : OutboxTest(server, dovecot)
{
    private readonly DovecotServer _dovecot = dovecot;

    [Fact]
    public async Task Changes_CreatedUpdatedDestroyed_AreNamed()
    {
        var state = await StateAsync();
        var (first, second) = (await HoldAsync(), await HoldAsync());
        var between = await StateAsync();
        Assert.Null(await Backend.UpdateAsync(Alice, first, """{"undoStatus":"canceled"}"""));
        var destroyed = await Backend.CallAsync(Alice, "EmailSubmission/set", $"\"destroy\":[\"{second}\",\"s0\"]");

        var all = await ChangesAsync(state);
        var late = await ChangesAsync(between);

        Assert.Equal("notFound", (string?)destroyed["notDestroyed"]!["s0"]!["type"]);
        Assert.Equal([first], Texts(all["created"]));
        Assert.Equal([first], Texts(late["updated"]));
        Assert.Equal([second], Texts(late["destroyed"]));
        Assert.Empty(Texts((await ChangesAsync((string)late["newState"]!))["updated"]));
    }

    [Fact]
    public async Task Changes_MoreThanWanted_ComeInParts()
    {
        var state = await StateAsync();
        string[] ids = [await HoldAsync(), await HoldAsync(), await HoldAsync()];

        var first = await Backend.CallAsync(Alice, "EmailSubmission/changes", $"\"sinceState\":\"{state}\",\"maxChanges\":2");
        var rest = await ChangesAsync((string)first["newState"]!);

        Assert.True((bool)first["hasMoreChanges"]!);
        Assert.Equal(ids, Texts(first["created"]).Concat(Texts(rest["created"])));
    }

    [Theory]
    [InlineData("x")]
    [InlineData("99")]
    [InlineData("-1")]
    [InlineData("00")]
    public async Task Changes_OfAnUnknownState_CannotBeCalculated(string state)
    {
        var (name, error) = (await Backend.AskAsync(Alice, $$"""[["EmailSubmission/changes",{"accountId":"$account","sinceState":"{{state}}"},"0"]]"""))[0];

        Assert.Equal(("error", "cannotCalculateChanges"), (name, (string?)error["type"]));
    }

    [Fact]
    public async Task Query_FilterAndSort_FindInOrder()
    {
        var (first, second) = (await HoldAsync("60"), await HoldAsync("30"));
        Assert.Null(await Backend.UpdateAsync(Alice, first, """{"undoStatus":"canceled"}"""));

        Assert.Equal([second, first], await QueryAsync(""","sort":[{"property":"sentAt"}]"""));
        Assert.Equal([first, second], await QueryAsync(""","sort":[{"property":"sentAt","isAscending":false}]"""));
        Assert.Equal([second], await QueryAsync(filter: """{"undoStatus":"pending"}"""));
        Assert.Equal([first], await QueryAsync(filter: """{"operator":"NOT","conditions":[{"undoStatus":"pending"}]}"""));
        Assert.Equal([first, second], await QueryAsync(filter: """{"identityIds":["i0"],"after":"2001-01-01T00:00:00Z"}"""));
        Assert.Empty(await QueryAsync(filter: """{"before":"2001-01-01T00:00:00Z"}"""));
        var email = (string)(await Backend.SubmissionAsync(Alice, second))["emailId"]!;
        Assert.Equal([second], await QueryAsync(filter: $$"""{"emailIds":["{{email}}"]}"""));
    }

    [Fact]
    public async Task QueryChanges_Updated_IsTakenOutAndPutInAgain()
    {
        var (first, second) = (await HoldAsync(), await HoldAsync());
        var state = await StateAsync();
        Assert.Null(await Backend.UpdateAsync(Alice, first, """{"undoStatus":"canceled"}"""));

        var all = await Backend.CallAsync(Alice, "EmailSubmission/queryChanges", $"\"sinceQueryState\":\"{state}\",\"calculateTotal\":true");
        var pending = await Backend.CallAsync(
            Alice, "EmailSubmission/queryChanges", $$"""
            "sinceQueryState":"{{state}}","filter":{"undoStatus":"pending"}
            """);

        Assert.Equal([first], Texts(all["removed"]));
        Assert.Equal(2, (int)all["total"]!);
        Assert.Equal((first, 0), ((string)all["added"]![0]!["id"]!, (int)all["added"]![0]!["index"]!));
        Assert.Equal([first], Texts(pending["removed"]));
        Assert.Empty(pending["added"]!.AsArray());
        Assert.Equal([second], await QueryAsync(filter: """{"undoStatus":"pending"}"""));
    }

    [Fact]
    public async Task Submission_OfAnotherAccount_IsNotThere()
    {
        var id = await HoldAsync();
        var bob = _dovecot.NewUser();

        Assert.Empty((await Backend.CallAsync(bob, "EmailSubmission/get", "\"ids\":null"))["list"]!.AsArray());
        Assert.Equal("notFound", (string?)(await Backend.UpdateAsync(bob, id, """{"undoStatus":"canceled"}"""))!["type"]);
        Assert.Equal([id], Texts((await Backend.CallAsync(bob, "EmailSubmission/get", $"\"ids\":[\"{id}\"]"))["notFound"]));
        Assert.Equal("pending", (string?)(await Backend.SubmissionAsync(Alice, id))["undoStatus"]);
    }

    [Fact]
    public async Task Set_InAnotherState_ChangesNothing()
    {
        var id = await HoldAsync();

        var (name, error) = (await Backend.AskAsync(Alice, $$"""
            [["EmailSubmission/set",{"accountId":"$account","ifInState":"0","update":{"{{id}}":{"undoStatus":"canceled"} } },"0"]]
            """))[0];

        Assert.Equal(("error", "stateMismatch"), (name, (string?)error["type"]));
        Assert.Equal("pending", (string?)(await Backend.SubmissionAsync(Alice, id))["undoStatus"]);
    }

    [Theory]
    [InlineData("identityId", "\"i1\"", "invalidProperties")]
    [InlineData("emailId", "\"e0\"", "emailNotFound")]
    [InlineData("sendAt", "\"2030-01-01T00:00:00Z\"", "invalidProperties")]
    [InlineData("submissionKey", "\"\"", "invalidProperties")]
    [InlineData("submissionKey", "\"a\\u0000b\"", "invalidProperties")]
    [InlineData("envelope", "1", "invalidProperties")]
    [InlineData("envelope", """{"mailFrom":{"email":"eve@example.test"},"rcptTo":[{"email":"bob@example.test"}]}""", "forbiddenMailFrom")]
    [InlineData("envelope", """{"mailFrom":{"email":"$me"},"rcptTo":[]}""", "noRecipients")]
    [InlineData("envelope", """{"mailFrom":{"email":"$me"},"rcptTo":[1]}""", "invalidRecipients")]
    [InlineData("envelope", """{"mailFrom":{"email":"$me"},"rcptTo":[{"email":"bob"}]}""", "invalidRecipients")]
    [InlineData("envelope", """{"mailFrom":{"email":"$me"},"rcptTo":[{"email":"b@example.test>\r\nRCPT TO:<eve@example.test"}]}""", "invalidRecipients")]
    [InlineData("envelope", """{"mailFrom":{"email":"$me"},"rcptTo":[{"email":"b@example.test","parameters":{"NOTIFY":"NEVER"}}]}""", "invalidProperties")]
    [InlineData("envelope", """{"mailFrom":{"email":"$me","parameters":{"HOLDFOR":"-1"}},"rcptTo":[{"email":"b@example.test"}]}""", "invalidProperties")]
    [InlineData("envelope", """{"mailFrom":{"email":"$me","parameters":{"HOLDFOR":"99999999"}},"rcptTo":[{"email":"b@example.test"}]}""", "invalidProperties")]
    [InlineData("envelope", """{"mailFrom":{"email":"$me","parameters":{"HOLDUNTIL":"2999-01-01T00:00:00Z"}},"rcptTo":[{"email":"b@example.test"}]}""", "invalidProperties")]
    [InlineData("envelope", """{"mailFrom":{"email":"$me","parameters":{"RET":"FULL"}},"rcptTo":[{"email":"b@example.test"}]}""", "invalidProperties")]
    public async Task Create_WithSomethingWrong_IsRefused(string property, string value, string error)
    {
        var fields = new JsonObject { ["identityId"] = "i0", ["emailId"] = await Backend.DraftAsync(Alice) };
        fields[property] = JsonNode.Parse(value.Replace("$me", Alice.Username, StringComparison.Ordinal));

        var answer = await Backend.CallAsync(Alice, "EmailSubmission/set", $"\"create\":{{\"s\":{fields.ToJsonString()}}}");

        Assert.Equal(error, (string?)answer["notCreated"]?["s"]?["type"]);
        Assert.Equal(0, await Database.ScalarAsync<long>("SELECT count(*) FROM outbox", Cancelled));
    }

    [Fact]
    public async Task Expired_Done_IsShownAsDestroyedThenForgotten()
    {
        var id = await HoldAsync();
        var state = await StateAsync();
        await RunSqlAsync("UPDATE outbox SET due = NULL, content = NULL, changed = now() - interval '31 days'");
        await HoldAsync();
        var told = await ChangesAsync(state);
        await RunSqlAsync("UPDATE outbox SET changed = now() - interval '31 days' WHERE destroyed");
        await HoldAsync();

        Assert.Equal([id], Texts(told["destroyed"]));
        Assert.Equal(2, await Database.ScalarAsync<long>("SELECT count(*) FROM outbox", Cancelled));
        var (name, _) = (await Backend.AskAsync(Alice, $$"""[["EmailSubmission/changes",{"accountId":"$account","sinceState":"{{state}}"},"0"]]"""))[0];
        Assert.Equal("error", name);
    }

    private async Task<string> HoldAsync(string seconds = "600") => (string)(await Backend.SubmitAsync(Alice, await Backend.DraftAsync(Alice), $$$"""
        ,"envelope":{"mailFrom":{"email":"{{{Alice.Username}}}","parameters":{"HOLDFOR":"{{{seconds}}}"}},"rcptTo":[{"email":"bob@example.test"}]}
        """))["id"]!;

    private async Task<string> StateAsync() => (string)(await Backend.CallAsync(Alice, "EmailSubmission/get", "\"ids\":[]"))["state"]!;

    private Task<JsonObject> ChangesAsync(string since) => Backend.CallAsync(Alice, "EmailSubmission/changes", $"\"sinceState\":\"{since}\"");

    private async Task<string[]> QueryAsync(string more = "", string filter = "null") =>
        Texts((await Backend.CallAsync(Alice, "EmailSubmission/query", $"\"filter\":{filter}{more}"))["ids"]);

    private static string[] Texts(JsonNode? list) => [.. list!.AsArray().Select(item => (string)item!)];
}
