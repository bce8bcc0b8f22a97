using System.Net;
using System.Text.Json.Nodes;

namespace Tests.Unit.Webmail.Sieve;

/// <summary>RFC 9661 over the whole webmail.</summary>
public sealed class SieveScriptTests(SieveWebmail webmail) : IClassFixture<SieveWebmail>
{
    private const string Keep = "keep;\r\n";

    [Fact]
    public async Task Session_OfAccount_SaysWhatTheServerSays()
    {
        var user = await webmail.NewUserAsync();

        var capability = user.Session["accounts"]![user.Account]!["accountCapabilities"]!["urn:ietf:params:jmap:sieve"]!;

        Assert.Contains("Pigeonhole", (string)user.Session["capabilities"]!["urn:ietf:params:jmap:sieve"]!["implementation"]!, StringComparison.Ordinal);
        Assert.Equal((512, 4), ((int)capability["maxSizeScriptName"]!, (int)capability["maxNumberRedirects"]!));
        Assert.Contains("fileinto", capability["sieveExtensions"]!.AsArray().Select(item => (string)item!));
        Assert.Equal(["mailto"], capability["notificationMethods"]!.AsArray().Select(item => (string)item!));
        Assert.NotNull(user.Session["primaryAccounts"]!["urn:ietf:params:jmap:vacationresponse"]);
    }

    [Theory]
    [InlineData("SieveScript/get", """{ "ids": null }""")]
    [InlineData("SieveScript/set", """{ "destroy": ["a"] }""")]
    [InlineData("VacationResponse/get", """{ "ids": null }""")]
    [InlineData("VacationResponse/set", """{ "update": { "singleton": { "isEnabled": true } } }""")]
    public async Task Session_NoSieveServerConfigured_KnowsNothingOfIt(string method, string arguments)
    {
        var user = await webmail.NewUserAsync(webmail.WithoutSieve);

        Assert.Null(user.Session["capabilities"]!["urn:ietf:params:jmap:sieve"]);
        Assert.Equal("accountNotSupportedByMethod", (string?)(await user.CallAsync(method, arguments))["type"]);
    }

    [Fact]
    public async Task Set_Create_IsListedAndDownloads()
    {
        var user = await webmail.NewUserAsync();
        var id = await user.CreateAsync("ünï \\\\ \\\"code\\\"", "# ü\r\nkeep;\r\n");

        var script = Assert.Single(await user.ScriptsAsync());

        Assert.Equal((id, "ünï \\ \"code\"", false), ((string)script["id"]!, (string)script["name"]!, (bool)script["isActive"]!));
        Assert.Equal("# ü\r\nkeep;\r\n", await user.DownloadAsync((string)script["blobId"]!));
        Assert.Null(await (await webmail.NewUserAsync()).DownloadAsync((string)script["blobId"]!));
    }

    [Fact]
    public async Task Set_CreateWithoutName_IsGivenOne()
    {
        var user = await webmail.NewUserAsync();

        var answer = await user.CallAsync("SieveScript/set", $$"""{ "create": { "c": { "name": null, "blobId": "{{await user.UploadAsync(Keep)}}" } } }""");

        Assert.Equal((string)answer["created"]!["c"]!["name"]!, (string)Assert.Single(await user.ScriptsAsync())["name"]!);
    }

    [Fact]
    public async Task Set_States_AreThoseOfGet()
    {
        var user = await webmail.NewUserAsync();
        var before = await StateAsync();

        var answer = await user.CallAsync("SieveScript/set", $$"""
            { "ifInState": "{{before}}", "create": { "c": { "name": "a", "blobId": "{{await user.UploadAsync(Keep)}}" } }, "onSuccessActivateScript": "#c" }
            """);

        Assert.True((bool)answer["created"]!["c"]!["isActive"]!);
        Assert.Equal((before, await StateAsync()), ((string)answer["oldState"]!, (string)answer["newState"]!));
        Assert.NotEqual(before, (string)answer["newState"]!);
        Assert.Equal("stateMismatch", (string)(await user.CallAsync("SieveScript/set", $$"""{ "ifInState": "{{before}}" }"""))["type"]!);

        async Task<string> StateAsync() => (string)(await user.CallAsync("SieveScript/get", """{ "ids": [] }"""))["state"]!;
    }

    [Fact]
    public async Task Set_Rename_KeepsIdAndTheOldNameIsFreeForAnother()
    {
        var user = await webmail.NewUserAsync();
        var id = await user.CreateAsync("a", Keep, active: true);

        var answer = await user.CallAsync("SieveScript/set", $$"""{ "update": { "{{id}}": { "name": "b" } } }""");
        var other = await user.CreateAsync("a", "discard;\r\n");
        var scripts = (await user.ScriptsAsync()).Select(script => ((string)script["id"]!, (string)script["name"]!, (bool)script["isActive"]!)).ToArray();

        Assert.True(answer["updated"]!.AsObject().ContainsKey(id));
        Assert.NotEqual(id, other);
        Assert.Equal([(other, "a", false), (id, "b", true)], scripts.OrderBy(script => script.Item2, StringComparer.Ordinal));
    }

    [Fact]
    public async Task Set_DestroyTheRenamed_LeavesTheOthersIds()
    {
        var user = await webmail.NewUserAsync();
        var id = await user.CreateAsync("a", Keep);
        await user.CallAsync("SieveScript/set", $$"""{ "update": { "{{id}}": { "name": "b" } } }""");
        var other = await user.CreateAsync("a", Keep);

        var answer = await user.CallAsync("SieveScript/set", $$"""{ "destroy": [ "{{id}}" ] }""");

        Assert.Equal(id, (string)answer["destroyed"]![0]!);
        Assert.Equal(other, (string)Assert.Single(await user.ScriptsAsync())["id"]!);
    }

    [Fact]
    public async Task Set_Content_IsAnotherBlob()
    {
        var user = await webmail.NewUserAsync();
        var id = await user.CreateAsync("a", Keep);
        var old = (string)Assert.Single(await user.ScriptsAsync())["blobId"]!;

        var answer = await user.CallAsync("SieveScript/set",
            $$"""{ "update": { "{{id}}": { "name": "b", "blobId": "{{await user.UploadAsync("discard;\r\n")}}", "isActive": false } } }""");

        Assert.Equal("discard;\r\n", await user.DownloadAsync((string)answer["updated"]![id]!["blobId"]!));
        Assert.Null(await user.DownloadAsync(old));
        Assert.Equal("b", (string)Assert.Single(await user.ScriptsAsync())["name"]!);
    }

    [Fact]
    public async Task Set_RenameWithBrokenContent_DoesNeither()
    {
        var user = await webmail.NewUserAsync();
        var id = await user.CreateAsync("a", Keep);

        var answer = await user.CallAsync("SieveScript/set",
            $$"""{ "update": { "{{id}}": { "name": "b", "blobId": "{{await user.UploadAsync("frobnicate;\r\n")}}" } } }""");

        Assert.Equal("invalidSieve", (string)answer["notUpdated"]![id]!["type"]!);
        Assert.Equal("a", (string)Assert.Single(await user.ScriptsAsync())["name"]!);
    }

    [Fact]
    public async Task Set_Refused_SaysWhyInTheServersWords()
    {
        var user = await webmail.NewUserAsync();
        var taken = await user.CreateAsync("taken", Keep, active: true);
        var (good, bad) = (await user.UploadAsync(Keep), await user.UploadAsync("keep;\r\nfrobnicate;\r\n"));
        var large = await user.UploadAsync("# " + new string('x', 1024 * 1024));

        var answer = await user.CallAsync("SieveScript/set", $$"""
            {
              "create": {
                "invalid": { "name": "a", "blobId": "{{bad}}" }, "taken": { "name": "taken", "blobId": "{{good}}" },
                "large": { "name": "a", "blobId": "{{large}}" }, "none": { "name": "a", "blobId": "u0" }, "nothing": { "name": "a" },
                "line": { "name": "a\nb", "blobId": "{{good}}" }, "slash": { "name": "../a", "blobId": "{{good}}" }, "empty": { "name": "", "blobId": "{{good}}" },
                "active": { "name": "a", "blobId": "{{good}}", "isActive": true }, "own": { "name": "webmail-master", "blobId": "{{good}}" }
              },
              "update": { "{{taken}}": { "isActive": false }, "s0": {} },
              "destroy": [ "{{taken}}", "s1" ],
              "onSuccessDeactivateScript": true
            }
            """);

        JsonNode Created(string id) => answer["notCreated"]![id]!;
        string[] Types(string property) => [.. answer[property]!.AsObject().Select(pair => (string)pair.Value!["type"]!)];
        Assert.Equal(
            [
                "invalidSieve", "alreadyExists", "tooLarge", "blobNotFound", "invalidProperties",
                "invalidProperties", "invalidProperties", "invalidProperties", "invalidProperties", "invalidProperties",
            ],
            Types("notCreated"));
        Assert.Contains("frobnicate", (string)Created("invalid")["description"]!, StringComparison.Ordinal);
        Assert.Equal(taken, (string)Created("taken")["existingId"]!);
        Assert.Equal(["invalidProperties", "notFound"], Types("notUpdated"));
        Assert.Equal(["sieveIsActive", "notFound"], Types("notDestroyed"));
        Assert.Equal("taken", await user.ActiveAsync());
    }

    [Fact]
    public async Task Set_MoreThanTheServerTakes_IsOverQuota()
    {
        var user = await webmail.NewUserAsync();
        var blob = await user.UploadAsync(Keep);
        var create = string.Join(", ", Enumerable.Range(0, DovecotServer.ScriptsMax + 1).Select(one => $$"""
            "c{{one}}": { "name": "{{one}}", "blobId": "{{blob}}" }
            """));

        var answer = await user.CallAsync("SieveScript/set", $$"""{ "create": { {{create}} } }""");

        Assert.Equal(DovecotServer.ScriptsMax, answer["created"]!.AsObject().Count);
        Assert.Equal("overQuota", (string)Assert.Single(answer["notCreated"]!.AsObject()).Value!["type"]!);
    }

    [Fact]
    public async Task Set_Activation_IsReportedForBoth()
    {
        var user = await webmail.NewUserAsync();
        var (a, b) = (await user.CreateAsync("a", Keep, active: true), await user.CreateAsync("b", Keep));

        var activated = await user.CallAsync("SieveScript/set", $$"""{ "onSuccessActivateScript": "{{b}}", "onSuccessDeactivateScript": true }""");
        Assert.Equal((false, true), ((bool)activated["updated"]![a]!["isActive"]!, (bool)activated["updated"]![b]!["isActive"]!));
        Assert.Equal("b", await user.ActiveAsync());

        Assert.Null((await user.CallAsync("SieveScript/set", """{ "onSuccessActivateScript": "s0" }"""))["updated"]);
        Assert.Equal("b", await user.ActiveAsync());

        var deactivated = await user.CallAsync("SieveScript/set", """{ "onSuccessDeactivateScript": true }""");
        Assert.False((bool)deactivated["updated"]![b]!["isActive"]!);
        Assert.Null(await user.ActiveAsync());
    }

    [Fact]
    public async Task Validate_Script_IsJudgedButNotStored()
    {
        var user = await webmail.NewUserAsync();

        Assert.Null((await ValidateAsync("keep;"))["error"]);
        Assert.Equal("invalidSieve", (string)(await ValidateAsync("keep"))["error"]!["type"]!);
        Assert.Equal("blobNotFound", (string)(await user.CallAsync("SieveScript/validate", """{ "blobId": "u0" }"""))["error"]!["type"]!);
        Assert.Empty(await user.ScriptsAsync());

        async Task<JsonNode> ValidateAsync(string script) =>
            await user.CallAsync("SieveScript/validate", $$"""{ "blobId": "{{await user.UploadAsync(script)}}" }""");
    }

    [Theory]
    [InlineData("{}", "a abc b")]
    [InlineData("""{ "filter": { "name": "A" } }""", "a abc")]
    [InlineData("""{ "filter": { "isActive": true } }""", "b")]
    [InlineData("""{ "filter": { "operator": "NOT", "conditions": [ { "name": "c" }, { "isActive": true } ] } }""", "a")]
    [InlineData("""{ "filter": { "operator": "OR", "conditions": [ { "name": "c" }, { "isActive": true } ] } }""", "abc b")]
    [InlineData("""{ "sort": [ { "property": "isActive", "isAscending": false }, { "property": "name", "isAscending": false } ] }""", "b abc a")]
    [InlineData("""{ "position": -1 }""", "b")]
    [InlineData("""{ "position": 1, "limit": 1 }""", "abc")]
    [InlineData("""{ "filter": { "size": 1 } }""", "unsupportedFilter")]
    [InlineData("""{ "sort": [ { "property": "size" } ] }""", "unsupportedSort")]
    public async Task Query_Scripts_FindsThem(string arguments, string expected)
    {
        var user = await webmail.NewUserAsync();
        await user.CreateAsync("a", Keep);
        await user.CreateAsync("b", Keep, active: true);
        await user.CreateAsync("abc", Keep);
        var names = (await user.ScriptsAsync()).ToDictionary(script => (string)script["id"]!, script => (string)script["name"]!);

        var answer = await user.CallAsync("SieveScript/query", arguments);

        Assert.Equal(expected, (string?)answer["type"] ?? string.Join(' ', answer["ids"]!.AsArray().Select(id => names[(string)id!])));
    }
}
