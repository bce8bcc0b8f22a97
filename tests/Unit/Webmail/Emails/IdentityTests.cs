using System.Text.Json.Nodes;
using Tests.Unit.Webmail.Index;
using Tests.Unit.Webmail.Sieve;

namespace Tests.Unit.Webmail.Emails;

/// <summary>Identities are made, changed and removed; one stays, and none has another's address.</summary>
public sealed class IdentityTests(IndexWebmail<DovecotServer> webmail) : IndexTest<DovecotServer>(webmail)
{
    [Fact]
    public async Task Set_MakesChangesAndRemoves_AndChangesTell()
    {
        var state = (string)(await CallAsync("Identity/get", "\"ids\":null"))["state"]!;
        var made = (await SetAsync("create", $$"""
            "a":{"email":"{{User.Username}}","name":"Work","replyTo":[{"name":"R","email":"r@example.test"}],"textSignature":"--\nMe","htmlSignature":"<b onclick='x()'>Me</b><script>x()</script>"},
            "b":{"email":"{{User.Username}}"}
            """))["created"]!;
        var (first, second) = ((string)made["a"]!["id"]!, (string)made["b"]!["id"]!);
        Assert.Equal("<b>Me</b>", (string)made["a"]!["htmlSignature"]!);
        Assert.Equal("", (string)made["b"]!["textSignature"]!);

        var updated = await SetAsync("update", $$"""
            "{{first}}":{"name":"Office","bcc":[{"email":"b@example.test"}]},"i0":{"name":"Me myself"}
            """);
        Assert.True(updated["updated"]!.AsObject().ContainsKey(first) && updated["updated"]!.AsObject().ContainsKey("i0"), updated.ToJsonString());
        var all = (await CallAsync("Identity/get", "\"ids\":null", backend: 1))["list"]!.AsArray().ToDictionary(item => (string)item!["id"]!, item => item!);
        Assert.Equal(["i0", first, second], all.Keys);
        Assert.Equal(("Me myself", "Office", User.Username), ((string)all["i0"]["name"]!, (string)all[first]["name"]!, (string)all[first]["email"]!));
        Assert.Equal(("r@example.test", "b@example.test"), ((string)all[first]["replyTo"]![0]!["email"]!, (string)all[first]["bcc"]![0]!["email"]!));

        var between = await ChangesAsync(state);
        Assert.Equal([second, first], Ids(between["created"]));
        Assert.Equal(["i0"], Ids(between["updated"]));
        await CallAsync("Identity/set", $"\"destroy\":[\"{first}\"]");
        var after = await ChangesAsync((string)between["newState"]!);
        Assert.Equal([first], Ids(after["destroyed"]));
        Assert.Equal([second], Ids((await ChangesAsync(state))["created"]));
        Assert.Equal("cannotCalculateChanges", await ErrorAsync("Identity/changes", "\"sinceState\":\"99\""));
    }

    [Fact]
    public async Task Changes_InSteps_TellEach()
    {
        await SetAsync("create", string.Join(',', Enumerable.Range(0, 5).Select(i => $$"""
            "c{{i}}":{"email":"{{User.Username}}"}
            """)));
        var (state, told, more) = ("0", new List<string>(), true);
        while (more)
        {
            var changes = await CallAsync("Identity/changes", $"\"sinceState\":\"{state}\",\"maxChanges\":2");
            told.AddRange(Ids(changes["created"]));
            (state, more) = ((string)changes["newState"]!, (bool)changes["hasMoreChanges"]!);
        }

        Assert.Equal(5, told.Distinct().Count());
        Assert.Equal(5, told.Count);
    }

    [Theory]
    [InlineData("\"name\":\"x\"", "invalidProperties")]
    [InlineData("\"email\":\"other@example.test\"", "forbiddenFrom")]
    [InlineData("$,\"name\":\"a\\r\\nb\"", "invalidProperties")]
    [InlineData("$,\"mayDelete\":false", "invalidProperties")]
    [InlineData("$,\"colour\":\"red\"", "invalidProperties")]
    [InlineData("$,\"replyTo\":[{\"email\":\"a@b\\r\\nc\"}]", "invalidProperties")]
    [InlineData("$,\"replyTo\":[{\"email\":\"nobody\"}]", "invalidProperties")]
    [InlineData("$,\"textSignature\":\"a\\u0000\"", "invalidProperties")]
    public async Task Create_ThatIsWrong_IsRefused(string fields, string error)
    {
        var answer = await SetAsync("create", $$"""
            "c":{{{fields.Replace("$", $"\"email\":\"{User.Username}\"", StringComparison.Ordinal)}}}
            """);

        Assert.Equal(error, (string)answer["notCreated"]!["c"]!["type"]!);
    }

    [Fact]
    public async Task TheOneEverybodyHas_StaysAndKeepsItsAddress()
    {
        var answer = await CallAsync("Identity/set", """
            "update":{"i0":{"email":"other@example.test"},"i7":{}},"destroy":["i0"]
            """);

        Assert.Equal("invalidProperties", (string)answer["notUpdated"]!["i0"]!["type"]!);
        Assert.Equal("notFound", (string)answer["notUpdated"]!["i7"]!["type"]!);
        Assert.Equal("forbidden", (string)answer["notDestroyed"]!["i0"]!["type"]!);
    }

    [Fact]
    public async Task Submission_AsAnIdentity_RemembersIt()
    {
        var identity = (string)(await SetAsync("create", $$"""
            "a":{"email":"{{User.Username}}"}
            """))["created"]!["a"]!["id"]!;
        var draft = (string)(await CallAsync("Email/set", $$$"""
            "create":{"d":{"mailboxIds":{"{{{await MailboxIdAsync("Inbox")}}}":true},"from":[{"email":"{{{User.Username}}}"}],"to":[{"email":"b@example.test"}]}}
            """))["created"]!["d"]!["id"]!;

        var held = $$"""
            "emailId":"{{draft}}","envelope":{"mailFrom":{"email":"{{User.Username}}","parameters":{"HOLDFOR":"3600"} },"rcptTo":[{"email":"b@example.test"}]}
            """;
        var answer = await CallAsync("EmailSubmission/set", $$$"""
            "create":{"s":{"identityId":"{{{identity}}}",{{{held}}} },"x":{"identityId":"i99",{{{held}}} } }
            """);

        Assert.Equal("invalidProperties", (string)answer["notCreated"]!["x"]!["type"]!);
        var id = (string)answer["created"]!["s"]!["id"]!;
        Assert.Equal(identity, (string)(await CallAsync("EmailSubmission/get", $"\"ids\":[\"{id}\"]"))["list"]![0]!["identityId"]!);
        Assert.Equal([id], Ids((await CallAsync("EmailSubmission/query", $"\"filter\":{{\"identityIds\":[\"{identity}\"]}}"))["ids"]));
        Assert.Empty(Ids((await CallAsync("EmailSubmission/query", "\"filter\":{\"identityIds\":[\"i0\"]}"))["ids"]));
    }

    private Task<JsonObject> SetAsync(string verb, string objects) => CallAsync("Identity/set", $"\"{verb}\":{{{objects}}}");

    private Task<JsonObject> ChangesAsync(string since) => CallAsync("Identity/changes", $"\"sinceState\":\"{since}\"");
}
