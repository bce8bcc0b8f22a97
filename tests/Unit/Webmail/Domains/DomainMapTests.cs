using System.Net;
using System.Text.Json.Nodes;
using Webmail.Mail.Seams;
using static Tests.Unit.Webmail.Domains.DomainWebmail;

namespace Tests.Unit.Webmail.Domains;

/// <summary>The map leads everybody to the servers of their domain, and is changed while people work.</summary>
public sealed class DomainMapTests(DomainWebmail webmail) : IClassFixture<DomainWebmail>
{
    private static readonly TimeSpan FollowsWithin = TimeSpan.FromSeconds(20);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private string SettingsOne => Settings(webmail.One.Imap, webmail.SmtpOne.Options, webmail.One.Plain);

    private string SettingsTwo => Settings(webmail.Two.Imap, webmail.SmtpTwo.Options, null);

    [Fact]
    public async Task People_OfTwoDomains_ReadAndSendOnTheirOwnServers()
    {
        await webmail.PutAsync("one.test", SettingsOne);
        await webmail.PutAsync("two.test", SettingsTwo);
        var (one, two) = (webmail.One.NewUser(), webmail.Two.NewUser());
        webmail.One.Deliver(one, "a@elsewhere.test", "Subject: for one\r\n\r\ntext\r\n");
        webmail.Two.Deliver(two, "a@elsewhere.test", "Subject: for two\r\n\r\ntext\r\n");

        Assert.Equal("for one", await OnlySubjectAsync(one));
        Assert.Equal("for two", await OnlySubjectAsync(two));
        await SubmitAsync(one);
        await SubmitAsync(two);
        Assert.Contains($"From: {one.Username}", Assert.Single(webmail.SmtpOne.Taken), StringComparison.Ordinal);
        Assert.Contains($"From: {two.Username}", Assert.Single(webmail.SmtpTwo.Taken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sieve_OfOneDomainOnly_IsOfferedToItsPeopleOnly()
    {
        await webmail.PutAsync("one.test", SettingsOne);
        await webmail.PutAsync("two.test", SettingsTwo);
        var (one, two) = (webmail.One.NewUser(), webmail.Two.NewUser());

        Assert.NotNull((await SessionAsync(one))["capabilities"]!["urn:ietf:params:jmap:sieve"]);
        Assert.Null((await SessionAsync(two))["capabilities"]!["urn:ietf:params:jmap:sieve"]);
        Assert.Empty((await webmail.CallAsync(one, "SieveScript/get", "\"ids\":null"))["list"]!.AsArray());
        Assert.Equal("accountNotSupportedByMethod", (string?)(await webmail.CallAsync(two, "SieveScript/get", "\"ids\":null"))["type"]);
    }

    [Fact]
    public async Task Map_ChangedOnOneBackend_IsFollowedByBoth()
    {
        await webmail.PutAsync("two.test", SettingsOne);
        var user = webmail.Two.NewUser();
        Assert.Equal(HttpStatusCode.Unauthorized, await webmail.SignInAsync(user, backend: 0));
        await FollowedAsync(user, webmail.One.Imap.Port, backend: 1);
        Assert.Equal(HttpStatusCode.Unauthorized, await webmail.SignInAsync(user, backend: 1));

        await webmail.PutAsync("two.test", SettingsTwo);

        Assert.Equal(HttpStatusCode.OK, await webmail.SignInAsync(user, backend: 0));
        await FollowedAsync(user, webmail.Two.Imap.Port, backend: 1);
        Assert.Equal(HttpStatusCode.OK, await webmail.SignInAsync(user, backend: 1));
    }

    [Fact]
    public async Task Map_DomainNotNamed_IsLedByTheStarThenByTheConfiguration()
    {
        await webmail.AdminAsync(HttpMethod.Delete, "/domains/one.test");
        var user = webmail.One.NewUser();
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await webmail.SignInAsync(user));

        await webmail.PutAsync("*", SettingsOne);

        Assert.Equal(HttpStatusCode.OK, await webmail.SignInAsync(user));
        Assert.Equal(HttpStatusCode.NoContent, (await webmail.AdminAsync(HttpMethod.Delete, "/domains/*")).Status);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await webmail.SignInAsync(webmail.One.NewUser()));
    }

    [Theory]
    [InlineData("password", "address")]
    [InlineData("plain", "address")]
    [InlineData("login", "localPart")]
    public async Task SignIn_EachAuthenticationAndName_IsTakenByTheServer(string authentication, string userName)
    {
        var settings = Settings(
            webmail.One.Imap, webmail.SmtpOne.Options, webmail.One.Plain, $$""", "authentication": "{{authentication}}", "userName": "{{userName}}" """);
        await webmail.PutAsync("one.test", settings);
        var user = webmail.One.NewUser();

        Assert.Equal(HttpStatusCode.OK, await webmail.SignInAsync(user));
        Assert.Equal(HttpStatusCode.Unauthorized, await webmail.SignInAsync(user with { Password = "wrong" }));
        Assert.Empty((await webmail.CallAsync(user, "SieveScript/get", "\"ids\":null"))["list"]!.AsArray());
    }

    private async Task<JsonObject> SessionAsync(Credentials user) => await JsonAsync(await webmail.SendAsync(HttpMethod.Get, "/.well-known/jmap", user));

    private async Task<string?> OnlySubjectAsync(Credentials user)
    {
        var ids = (await webmail.CallAsync(user, "Email/query", "\"filter\":{}"))["ids"]!.AsArray();
        var emails = await webmail.CallAsync(user, "Email/get", $"\"ids\":{ids.ToJsonString()},\"properties\":[\"subject\"]");
        return (string?)Assert.Single(emails["list"]!.AsArray())!["subject"];
    }

    /// <summary>Until the server has it.</summary>
    private async Task SubmitAsync(Credentials user)
    {
        var inbox = (string)(await webmail.CallAsync(user, "Mailbox/get", "\"ids\":null"))["list"]!.AsArray().Single(mailbox => (string?)mailbox!["role"] == "inbox")!["id"]!;
        var identity = (string)(await webmail.CallAsync(user, "Identity/get", "\"ids\":null"))["list"]![0]!["id"]!;
        var draft = (await webmail.CallAsync(user, "Email/set", $$$"""
            "create":{"d":{"mailboxIds":{"{{{inbox}}}":true},"from":[{"email":"{{{user.Username}}}"}],"to":[{"email":"bob@elsewhere.test"}],
                "textBody":[{"partId":"t","type":"text/plain"}],"bodyValues":{"t":{"value":"text"} } } }
            """))["created"]!["d"]!["id"]!;
        var submission = await webmail.CallAsync(user, "EmailSubmission/set", $$$"""
            "create":{"s":{"identityId":"{{{identity}}}","emailId":"{{{draft}}}"}}
            """);
        var id = (string)submission["created"]!["s"]!["id"]!;
        using var deadline = new CancellationTokenSource(FollowsWithin);
        JsonNode? sent = null;
        while ((string?)sent?["outboxState"] is not ("accepted" or "filed"))
        {
            Assert.False(deadline.IsCancellationRequested, $"it is not sent: {sent?.ToJsonString()}");
            sent = (await webmail.CallAsync(user, "EmailSubmission/get", $"\"ids\":[\"{id}\"]"))["list"]![0];
        }
    }

    /// <summary>Until a backend has heard of the change. A failed sign-in would count against the user.</summary>
    private async Task FollowedAsync(Credentials user, int port, int backend)
    {
        var servers = webmail.Service<IMailServers>(backend);
        using var deadline = new CancellationTokenSource(FollowsWithin);
        while ((await servers.FindAsync(user.Username, Cancelled)).Imap.Port != port)
        {
            Assert.False(deadline.IsCancellationRequested, $"backend {backend} does not follow");
            await Task.Yield();
        }
    }
}
