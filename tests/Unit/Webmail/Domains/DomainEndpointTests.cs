using System.Net;
using System.Text.Json.Nodes;
using MailKit.Security;
using Webmail.Mail.Imap;
using static Tests.Unit.Webmail.Domains.DomainWebmail;

namespace Tests.Unit.Webmail.Domains;

/// <summary>What the administrator asks over the socket.</summary>
public sealed class DomainEndpointTests(DomainWebmail webmail) : IClassFixture<DomainWebmail>
{
    private string Good => Settings(webmail.One.Imap, webmail.SmtpOne.Options, webmail.One.Plain);

    [Fact]
    public async Task Socket_IsForItsOwnUserOnly_AndTheOnlyWayIn()
    {
        await webmail.PutAsync("one.test", Good);
        var fromTheWeb = await webmail.SendAsync(HttpMethod.Get, "/domains", webmail.One.NewUser());

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(webmail.Socket(0)));
        Assert.NotEqual("application/json", fromTheWeb.Content.Headers.ContentType?.MediaType);
        Assert.Equal(HttpStatusCode.OK, (await webmail.AdminAsync(HttpMethod.Get, "/domains")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await webmail.AdminAsync(HttpMethod.Get, "/session")).Status);
    }

    [Fact]
    public async Task Put_ThenGet_GivesTheSameUntilRemoved()
    {
        var settings = Settings(webmail.One.Imap, webmail.SmtpOne.Options, null, """, "authentication": "oauthbearer", "userName": "localPart", "connectionsPerAccountMax": 3, "compressImap": true""");

        await webmail.PutAsync("M%C3%BCller.test", settings);

        var (_, read) = await webmail.AdminAsync(HttpMethod.Get, "/domains/xn--mller-kva.test", backend: 1);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(settings), read), read!.ToJsonString());
        var (_, all) = await webmail.AdminAsync(HttpMethod.Get, "/domains");
        Assert.True(JsonNode.DeepEquals(read, all!["domains"]!["xn--mller-kva.test"]), all.ToJsonString());
        Assert.Equal(1, (int)all["configured"]!["imap"]!["port"]!);
        Assert.Equal(HttpStatusCode.NoContent, (await webmail.AdminAsync(HttpMethod.Delete, "/domains/xn--mller-kva.test")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await webmail.AdminAsync(HttpMethod.Get, "/domains/xn--mller-kva.test")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await webmail.AdminAsync(HttpMethod.Delete, "/domains/xn--mller-kva.test")).Status);
    }

    [Theory]
    [InlineData("""{ "imap": { "host": "h h", "port": 0, "tls": "no" }, "submision": {} }""", "imap.host", "imap.port", "imap.tls", "submission", "submision")]
    [InlineData("[]", "one small JSON object")]
    [InlineData("", "one small JSON object")]
    public async Task Put_WrongSettings_SaysAllMistakesAndKeepsNothing(string body, params string[] named)
    {
        var (status, json) = await webmail.AdminAsync(HttpMethod.Put, "/domains/wrong.test", body);

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.All(named, part => Assert.Contains(part, (string)json!["detail"]!, StringComparison.Ordinal));
        Assert.Equal(HttpStatusCode.NotFound, (await webmail.AdminAsync(HttpMethod.Get, "/domains/wrong.test")).Status);
    }

    [Theory]
    [InlineData("a..b")]
    [InlineData("a_b.test")]
    [InlineData("a%20b.test")]
    public async Task Put_NoDomain_IsRefused(string domain) =>
        Assert.Equal(HttpStatusCode.BadRequest, (await webmail.AdminAsync(HttpMethod.Put, $"/domains/{domain}", Good)).Status);

    [Fact]
    public async Task Test_GoodServersAndPassword_GivesTheirWords()
    {
        var user = webmail.One.NewUser();

        var result = await TestAsync(Good, user.Username, user.Password);

        Assert.All(result, server => Assert.True((bool)server.Value!["ok"]! && (bool)server.Value["signedIn"]!, server.Value.ToJsonString()));
        Assert.Contains("Dovecot", Words(result["imap"]!), StringComparison.Ordinal);
        Assert.Contains("Logged in", Words(result["imap"]!), StringComparison.Ordinal);
        Assert.Contains("220 scripted", Words(result["submission"]!), StringComparison.Ordinal);
        Assert.Contains("Pigeonhole", Words(result["sieve"]!), StringComparison.Ordinal);
        Assert.Contains("vacation", result["sieve"]!["capabilities"]!.AsArray().Select(item => (string)item!));
    }

    [Fact]
    public async Task Test_WrongPassword_SaysWhatTheServersSay()
    {
        var result = await TestAsync(Good, webmail.One.NewUser().Username, "not the password");

        Assert.Contains("Authentication failed", (string)result["imap"]!["problem"]!, StringComparison.Ordinal);
        Assert.Contains("[AUTHENTICATIONFAILED] Authentication failed", Words(result["imap"]!), StringComparison.Ordinal);
        Assert.False((bool)result["imap"]!["signedIn"]!);
        Assert.Contains("refuses the sign-in", (string)result["sieve"]!["problem"]!, StringComparison.Ordinal);
        Assert.DoesNotContain("not the password", result.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Test_ServersThatAreNotWhatTheyShouldBe_SaysWhatIsWrong()
    {
        var closed = new MailServerOptions("127.0.0.1", 1, SecureSocketOptions.None);

        var wrongPorts = await TestAsync(Settings(closed, webmail.One.Imap, webmail.One.Imap));
        var wrongProtection = await TestAsync(Settings(
            webmail.One.Imap with { Security = SecureSocketOptions.SslOnConnect },
            webmail.SmtpOne.Options with { Security = SecureSocketOptions.StartTls },
            webmail.One.Implicit with { Host = "127.0.0.1" }));

        Assert.Contains("127.0.0.1:1 cannot be reached", (string)wrongPorts["imap"]!["problem"]!, StringComparison.Ordinal);
        Assert.Contains("does not answer as a submission server does", (string)wrongPorts["submission"]!["problem"]!, StringComparison.Ordinal);
        Assert.Contains("* OK", Words(wrongPorts["submission"]!), StringComparison.Ordinal);
        Assert.Contains("does not answer as a Sieve server does", (string)wrongPorts["sieve"]!["problem"]!, StringComparison.Ordinal);
        Assert.Contains("No protected connection comes about", (string)wrongProtection["imap"]!["problem"]!, StringComparison.Ordinal);
        Assert.Contains("STARTTLS", (string)wrongProtection["submission"]!["problem"]!, StringComparison.Ordinal);
        Assert.Contains("It is for localhost, not for 127.0.0.1.", (string)wrongProtection["sieve"]!["problem"]!, StringComparison.Ordinal);
        Assert.Contains("issued by CN=dovecot, whom this machine does not trust", (string)wrongProtection["sieve"]!["problem"]!, StringComparison.Ordinal);
        Assert.All(wrongProtection, server => Assert.False((bool)server.Value!["ok"]!));
    }

    [Fact]
    public async Task Test_StartTlsWithACertificateNobodyVouchesFor_IsToldPlainly()
    {
        var imap = webmail.One.Imap with { Host = "localhost", Security = SecureSocketOptions.StartTls };

        var result = await TestAsync(Settings(imap, webmail.SmtpOne.Options, webmail.One.StartTls));

        Assert.Contains("whom this machine does not trust", (string)result["imap"]!["problem"]!, StringComparison.Ordinal);
        Assert.Contains("whom this machine does not trust", (string)result["sieve"]!["problem"]!, StringComparison.Ordinal);
    }

    private async Task<JsonObject> TestAsync(string settings, string? username = null, string? password = null)
    {
        var body = new JsonObject { ["settings"] = JsonNode.Parse(settings), ["username"] = username, ["password"] = password };
        var (status, json) = await webmail.AdminAsync(HttpMethod.Post, "/domains/one.test/test", body.ToJsonString());
        Assert.True(status == HttpStatusCode.OK, json?.ToJsonString());
        return json!.AsObject();
    }

    private static string Words(JsonNode server) => string.Join('\n', server["words"]!.AsArray().Select(line => (string)line!));
}
