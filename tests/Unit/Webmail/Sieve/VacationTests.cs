using System.Globalization;
using MimeKit;

namespace Tests.Unit.Webmail.Sieve;

/// <summary>The vacation response (RFC 8621 §8), with messages really delivered while it is on.</summary>
public sealed class VacationTests(SieveWebmail webmail) : IClassFixture<SieveWebmail>
{
    private const string Filing = "# by another client\r\nrequire [\"fileinto\", \"mailbox\"];\n\nfileinto :create \"Filed\";\r\nstop;\r\n";

    [Fact]
    public async Task Get_NothingSetYet_IsOff()
    {
        var user = await webmail.NewUserAsync();

        var vacation = await user.VacationAsync();

        Assert.Equal(
            """{"id":"singleton","isEnabled":false,"fromDate":null,"toDate":null,"subject":null,"textBody":null,"htmlBody":null}""", vacation.ToJsonString());
        Assert.Empty(Deliver(user));
        Assert.Empty(await user.ScriptsAsync());
    }

    [Fact]
    public async Task Set_Text_IsWhatTheSenderReads()
    {
        var user = await webmail.NewUserAsync();

        Assert.Null(await user.SetVacationAsync("""{ "isEnabled": true, "subject": "Büro \"zu\" \\ ${x}", "textBody": "Erste Zeile\n.\nÄ \"zweite\" \\\n" }"""));

        var answer = Assert.Single(Deliver(user));
        Assert.Equal("Büro \"zu\" \\ ${x}", answer.Subject);
        Assert.Equal("Erste Zeile\n.\nÄ \"zweite\" \\", answer.TextBody!.ReplaceLineEndings("\n").TrimEnd());
        Assert.Equal("friend@example.org", answer.To.Mailboxes.Single().Address);
        Assert.Equal("Büro \"zu\" \\ ${x}", (string)(await user.VacationAsync())["subject"]!);
        Assert.Single(webmail.Dovecot.Mailbox(user.Credentials, ""));
    }

    [Fact]
    public async Task Set_Html_IsSentWithATextForThoseWithoutIt()
    {
        var user = await webmail.NewUserAsync();

        Assert.Null(await user.SetVacationAsync("""{ "isEnabled": true, "htmlBody": "<head><title>no</title></head><p>Grüße<p>--=_webmail_vacation<br>bye" }"""));

        var answer = Assert.Single(Deliver(user));
        Assert.Contains("<p>--=_webmail_vacation<br>", answer.HtmlBody, StringComparison.Ordinal);
        Assert.Equal("Grüße\n--=_webmail_vacation\nbye", answer.TextBody!.ReplaceLineEndings("\n"));
        Assert.NotEqual("", answer.Subject);
    }

    [Theory]
    [InlineData(-2, -1, false)]
    [InlineData(-1, 1, true)]
    [InlineData(1, 2, false)]
    [InlineData(-1, null, true)]
    [InlineData(1, null, false)]
    [InlineData(null, 1, true)]
    [InlineData(null, -1, false)]
    public async Task Set_Dates_AnswerBetweenThem(int? fromHours, int? toHours, bool answers)
    {
        var user = await webmail.NewUserAsync();
        var (from, to) = (Date(fromHours), Date(toHours));

        Assert.Null(await user.SetVacationAsync($$"""{ "isEnabled": true, "fromDate": {{from}}, "toDate": {{to}} }"""));

        Assert.Equal(answers ? 1 : 0, Deliver(user).Count);
        Assert.Equal(to, (await user.VacationAsync())["toDate"]?.ToJsonString() ?? "null");
    }

    [Fact]
    public async Task SetOnAndOff_AnotherClientsScriptIsActive_BothRunAndItIsUntouched()
    {
        var user = await webmail.NewUserAsync();
        await user.CreateAsync("fil\\\"ing", Filing, active: true);

        Assert.Null(await user.SetVacationAsync("""{ "isEnabled": true, "textBody": "away" }"""));
        Assert.True((bool)(await user.VacationAsync())["isEnabled"]!);
        Assert.Equal("away", Assert.Single(Deliver(user)).TextBody!.Trim());
        Assert.Single(webmail.Dovecot.Mailbox(user.Credentials, "Filed"));

        Assert.Null(await user.SetVacationAsync("""{ "isEnabled": false }"""));
        Assert.Empty(Deliver(user, "other@example.org"));
        Assert.Equal(2, webmail.Dovecot.Mailbox(user.Credentials, "Filed").Count);
        var scripts = await user.ScriptsAsync();
        Assert.Equal(["fil\"ing", "webmail-vacation"], scripts.Select(script => (string)script["name"]!));
        Assert.Equal("fil\"ing", await user.ActiveAsync());
        Assert.Equal(Filing, await user.DownloadAsync((string)scripts[0]["blobId"]!));
        Assert.Equal("away", (string)(await user.VacationAsync())["textBody"]!);
    }

    [Fact]
    public async Task SetOff_NothingWasActiveBefore_NothingIs()
    {
        var user = await webmail.NewUserAsync();
        await user.SetVacationAsync("""{ "isEnabled": true }""");

        Assert.Null(await user.SetVacationAsync("""{ "isEnabled": false }"""));

        Assert.Null(await user.ActiveAsync());
        Assert.Empty(Deliver(user));
    }

    [Fact]
    public async Task Get_AnotherClientActivatesItsScript_SaysThatNothingIsAnswered()
    {
        var user = await webmail.NewUserAsync();
        var first = await user.CreateAsync("first", Filing, active: true);
        await user.SetVacationAsync("""{ "isEnabled": true, "textBody": "away" }""");
        await user.CreateAsync("second", "keep;\r\n", active: true);

        Assert.False((bool)(await user.VacationAsync())["isEnabled"]!);
        Assert.Null(await user.SetVacationAsync("""{ "isEnabled": false }"""));
        Assert.Equal("second", await user.ActiveAsync());

        Assert.Null(await user.SetVacationAsync("""{ "isEnabled": true }"""));
        Assert.Null(await user.SetVacationAsync("""{ "isEnabled": false }"""));
        Assert.Equal("second", await user.ActiveAsync());
        Assert.Contains(first, (await user.ScriptsAsync()).Select(script => (string)script["id"]!));
    }

    [Fact]
    public async Task Rename_ScriptThatRunsBehindTheAnswer_StillRuns()
    {
        var user = await webmail.NewUserAsync();
        var id = await user.CreateAsync("before", Filing, active: true);
        await user.SetVacationAsync("""{ "isEnabled": true }""");

        await user.CallAsync("SieveScript/set", $$"""{ "update": { "{{id}}": { "name": "after" } } }""");

        Assert.Single(Deliver(user));
        Assert.Single(webmail.Dovecot.Mailbox(user.Credentials, "Filed"));
        await user.SetVacationAsync("""{ "isEnabled": false }""");
        Assert.Equal("after", await user.ActiveAsync());
    }

    [Fact]
    public async Task Destroy_ScriptThatRunsBehindTheAnswer_LeavesTheAnswer()
    {
        var user = await webmail.NewUserAsync();
        var id = await user.CreateAsync("filing", Filing, active: true);
        await user.SetVacationAsync("""{ "isEnabled": true }""");

        await user.CallAsync("SieveScript/set", $$"""{ "destroy": [ "{{id}}" ] }""");

        Assert.Single(Deliver(user));
        Assert.Null(await user.SetVacationAsync("""{ "isEnabled": false }"""));
        Assert.Null(await user.ActiveAsync());
    }

    [Theory]
    [InlineData("/* */ require [\"fileinto\" , # both\n \"vacation\"];\r\nvacation \"mine\";\r\n")]
    [InlineData("require \"reject\";\r\nif size :over 1G { reject \"no\"; }\r\n")]
    public async Task SetOn_ActiveScriptAnswersItself_IsForbiddenAndChangesNothing(string script)
    {
        var user = await webmail.NewUserAsync();
        await user.CreateAsync("mine", script, active: true);

        Assert.Equal("forbidden", (string)(await user.SetVacationAsync("""{ "isEnabled": true }"""))!["type"]!);

        Assert.Equal("mine", await user.ActiveAsync());
        Assert.Single(await user.ScriptsAsync());
    }

    [Fact]
    public async Task SetOn_ActiveScriptIncludesOneThatAnswers_IsForbidden()
    {
        var user = await webmail.NewUserAsync();
        await user.CreateAsync("inner", "require \"vacation\";\r\nvacation \"mine\";\r\n");
        await user.CreateAsync("outer", "require \"include\";\r\ninclude \"inner\";\r\n", active: true);

        Assert.Contains("inner", (string)(await user.SetVacationAsync("""{ "isEnabled": true }"""))!["description"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SetOn_ServerCannotInclude_IsForbiddenUnlessNothingIsActive()
    {
        var user = await webmail.NewUserAsync(webmail.WithoutInclude);
        await user.CreateAsync("mine", "keep;\r\n", active: true);

        Assert.Equal("forbidden", (string)(await user.SetVacationAsync("""{ "isEnabled": true }"""))!["type"]!);
        Assert.Equal("mine", await user.ActiveAsync());

        await user.CallAsync("SieveScript/set", """{ "onSuccessDeactivateScript": true }""");
        Assert.Null(await user.SetVacationAsync("""{ "isEnabled": true }"""));
        Assert.Equal("webmail-vacation", await user.ActiveAsync());
    }

    [Fact]
    public async Task SieveScript_OfOurs_IsShownAndActivatedButNotChanged()
    {
        var user = await webmail.NewUserAsync();
        await user.SetVacationAsync("""{ "isEnabled": false, "textBody": "away" }""");
        var id = (string)Assert.Single(await user.ScriptsAsync())["id"]!;

        var refused = await user.CallAsync("SieveScript/set", $$"""{ "update": { "{{id}}": { "name": "x" } }, "destroy": [ "{{id}}" ] }""");
        Assert.Equal("forbidden", (string)refused["notUpdated"]![id]!["type"]!);
        Assert.Equal("forbidden", (string)refused["notDestroyed"]![id]!["type"]!);

        await user.CallAsync("SieveScript/set", $$"""{ "onSuccessActivateScript": "{{id}}" }""");
        Assert.True((bool)(await user.VacationAsync())["isEnabled"]!);
        Assert.Equal("away", Assert.Single(Deliver(user)).TextBody!.Trim());
    }

    [Fact]
    public async Task Set_WhatCannotBe_IsRefused()
    {
        var user = await webmail.NewUserAsync();

        var answer = await user.CallAsync("VacationResponse/set", """{ "create": { "c": {} }, "update": { "other": {} }, "destroy": [ "singleton" ] }""");
        Assert.Equal("singleton", (string)answer["notCreated"]!["c"]!["type"]!);
        Assert.Equal("notFound", (string)answer["notUpdated"]!["other"]!["type"]!);
        Assert.Equal("singleton", (string)answer["notDestroyed"]!["singleton"]!["type"]!);
        foreach (var patch in (string[])
            ["""{ "isEnabled": 1 }""", """{ "fromDate": "tomorrow" }""", """{ "subject": 1 }""", """{ "days": 1 }""",
                """{ "fromDate": "2026-01-02T00:00:00Z", "toDate": "2026-01-01T00:00:00Z" }"""])
        {
            Assert.Equal("invalidProperties", (string)(await user.SetVacationAsync(patch))!["type"]!);
        }

        Assert.Empty(await user.ScriptsAsync());
    }

    [Fact]
    public async Task Set_States_AreThoseOfGet()
    {
        var user = await webmail.NewUserAsync();

        var answer = await user.CallAsync("VacationResponse/set", """{ "update": { "singleton": { "isEnabled": true, "toDate": "2999-01-01T00:00:00.5Z" } } }""");

        Assert.Equal((string)answer["newState"]!, (string)(await user.CallAsync("VacationResponse/get", """{ "ids": null }"""))["state"]!);
        Assert.NotEqual((string)answer["oldState"]!, (string)answer["newState"]!);
    }

    private IReadOnlyList<MimeMessage> Deliver(SieveUser to, string from = "friend@example.org") =>
        [.. webmail.Dovecot.Deliver(to.Credentials, from, $"From: {from}\r\nTo: {to.Credentials.Username}\r\nSubject: Hello\r\nMessage-ID: <{Guid.NewGuid()}@x>\r\n\r\nHello\r\n")
            .Select(text => MimeMessage.Load(new MemoryStream(System.Text.Encoding.UTF8.GetBytes(text))))];

    private static string Date(int? hours) =>
        hours is { } some ? $"\"{DateTimeOffset.UtcNow.AddHours(some).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)}\"" : "null";
}
