using System.Net;

namespace Tests.Unit.Webmail.SignIn;

/// <summary>How long sessions last, and where else one is signed in.</summary>
public sealed class SessionTests(SignInWebmail webmail) : IClassFixture<SignInWebmail>
{
    [Theory]
    [InlineData(null, "max-age=2592000", 30 * 24)]
    [InlineData(true, "max-age=2592000", 30 * 24)]
    [InlineData(false, null, 12)]
    public async Task SignIn_StaySignedInOrNot_DecidesCookieAndLifetime(bool? stay, string? maxAge, int hours)
    {
        var browser = webmail.NewUser();

        var answer = await browser.SignInAsync(stay: stay);

        Assert.Equal(HttpStatusCode.NoContent, answer.Status);
        Assert.Equal(maxAge, answer.Cookie!.Split("; ").SingleOrDefault(part => part.StartsWith("max-age", StringComparison.Ordinal)));
        Assert.Contains("httponly", answer.Cookie, StringComparison.Ordinal);
        Assert.Equal(hours, await ScalarAsync<int>(browser, "extract(epoch FROM expires - created)::int / 3600"));
    }

    [Fact]
    public async Task AccessToken_IsASessionOfItsOwn_WithoutACookie()
    {
        var browser = await SignedInAsync();
        var program = browser.Elsewhere(2);

        var answer = await program.SignInAsync(token: true);

        var token = (string)answer.Json!["access_token"]!;
        Assert.Equal((HttpStatusCode.OK, null, "Bearer", 2592000), (answer.Status, answer.Cookie, (string)answer.Json["token_type"]!, (int)answer.Json["expires_in"]!));
        Assert.Equal(browser.Credentials.Username, (string)(await program.BearerAsync(token)).Json!["username"]!);
        Assert.Equal(2, (await browser.GetAsync("/session/devices")).Json!["devices"]!.AsArray().Count);
        Assert.Equal(HttpStatusCode.Unauthorized, (await program.BearerAsync(token[..^1])).Status);
        Assert.Equal(HttpStatusCode.NoContent, (await program.BearerAsync(token, HttpMethod.Delete)).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await program.BearerAsync(token)).Status);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/session")).Status);
    }

    [Fact]
    public async Task AccessToken_BesideACookie_IsWhatCounts()
    {
        var browser = await SignedInAsync();
        var other = webmail.NewUser();
        var token = (string)(await other.SignInAsync(token: true)).Json!["access_token"]!;

        Assert.Equal(other.Credentials.Username, (string)(await browser.BearerAsync(token)).Json!["username"]!);
        Assert.Equal(HttpStatusCode.Unauthorized, (await browser.BearerAsync("none")).Status);
    }

    [Fact]
    public async Task Session_UsedWithinTheHour_IsNotWritten()
    {
        var browser = await SignedInAsync();
        await AgeAsync(browser, "59 minutes");

        var answer = await browser.AskMailAsync();

        Assert.Equal((HttpStatusCode.OK, null), (answer.Status, answer.Cookie));
        Assert.True(await ScalarAsync<bool>(browser, "used < now() - interval '58 minutes'"));
    }

    [Theory]
    [InlineData(true, 30 * 24)]
    [InlineData(false, 12)]
    public async Task Session_UsedAfterAnHour_IsProlongedWithItsCookie(bool stay, int hours)
    {
        var browser = await SignedInAsync(stay);
        var before = browser.Cookie;
        await AgeAsync(browser, "61 minutes");

        var answer = await browser.AskMailAsync();

        Assert.Equal(before, answer.Cookie!.Split(';')[0]);
        Assert.Equal(stay, answer.Cookie.Contains("max-age", StringComparison.Ordinal));
        Assert.Equal(hours, await ScalarAsync<int>(browser, "round(extract(epoch FROM expires - now()) / 3600)::int"));
    }

    [Fact]
    public async Task Session_ReadOnly_LeavesNoCookieInTheCache()
    {
        var browser = await SignedInAsync();
        await AgeAsync(browser, "61 minutes");

        Assert.Null((await browser.GetAsync("/session")).Cookie);
    }

    [Fact]
    public async Task Session_Expired_AsksToSignInAgain()
    {
        var browser = await SignedInAsync();
        await SetAsync(browser, "expires = now() - interval '1 second'");

        var answer = await browser.GetAsync("/session");

        Assert.Equal((HttpStatusCode.Unauthorized, "urn:x-splice-webmail:problem:signInAgain"), (answer.Status, answer.Type));
    }

    [Fact]
    public async Task Name_TypedInAnyCase_IsOneAccount()
    {
        var browser = await SignedInAsync();
        var account = (string)(await browser.GetAsync("/session")).Json!["accountId"]!;
        var other = browser.Elsewhere(2);

        await other.SignInAsync(username: $" {browser.Credentials.Username.ToUpperInvariant()}");

        Assert.Equal(account, (string)(await other.GetAsync("/session")).Json!["accountId"]!);
    }

    [Theory]
    [InlineData("user1")]
    [InlineData("@example.test")]
    [InlineData("user1@")]
    public async Task Name_ThatIsNoAddress_IsRefused(string name) =>
        Assert.Equal(HttpStatusCode.BadRequest, (await webmail.NewUser().SignInAsync(username: name)).Status);

    [Fact]
    public async Task Devices_OfTwoBrowsers_AreDescribedAndThisOneMarked()
    {
        var browser = await SignedInAsync();
        var other = browser.Elsewhere(3);
        other.UserAgent = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1";
        await other.SignInAsync();
        await (await SignedInAsync()).GetAsync("/session/devices");

        var devices = (await browser.GetAsync("/session/devices")).Json!["devices"]!.AsArray();

        Assert.Equal(["Firefox on Linux|127.0.0.1|True", "Safari on iPhone|127.0.0.3|False"], devices
            .Select(device => $"{device!["name"]}|{device["network"]}|{(bool)device["isThis"]!}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Device_SignedOutRemotely_IsOutOnEveryBackendAtOnce()
    {
        var browser = await SignedInAsync();
        var other = browser.Elsewhere(3);
        await other.SignInAsync();
        other.OnSecond = true;
        Assert.Equal(HttpStatusCode.OK, (await other.GetAsync("/session")).Status);
        var id = (string)(await other.GetAsync("/session/devices")).Json!["devices"]!.AsArray().Single(device => (bool)device!["isThis"]!)!["id"]!;

        var removed = await browser.SendAsync(HttpMethod.Delete, $"/session/devices/{id}");

        Assert.Equal(HttpStatusCode.NoContent, removed.Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await other.GetAsync("/session")).Status);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/session")).Status);
    }

    [Fact]
    public async Task Devices_AllOthersSignedOut_LeaveThisOne()
    {
        var browser = await SignedInAsync();
        var others = new[] { browser.Elsewhere(2), browser.Elsewhere(3) };
        await others[0].SignInAsync();
        await others[1].SignInAsync();

        await browser.SendAsync(HttpMethod.Delete, "/session/devices");

        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/session")).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await others[0].GetAsync("/session")).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await others[1].GetAsync("/session")).Status);
    }

    [Fact]
    public async Task Device_OfSomebodyElse_StaysSignedIn()
    {
        var victim = await SignedInAsync();
        var id = (string)(await victim.GetAsync("/session/devices")).Json!["devices"]![0]!["id"]!;
        var other = await SignedInAsync();

        await other.SendAsync(HttpMethod.Delete, $"/session/devices/{id}");
        var wrong = await other.SendAsync(HttpMethod.Delete, "/session/devices/none");

        Assert.Equal(HttpStatusCode.OK, (await victim.GetAsync("/session")).Status);
        Assert.Equal(HttpStatusCode.NotFound, wrong.Status);
    }

    [Fact]
    public async Task Password_ChangedOnTheServer_AsksToSignInAgainAndGoesOnInTheSameSession()
    {
        var browser = await SignedInAsync();
        browser.OnSecond = true;
        var (cookie, id) = (browser.Cookie, await IdAsync(browser));
        var changed = await webmail.Dovecot.ChangePasswordAsync(browser.Credentials, TestContext.Current.CancellationToken);

        var refused = await browser.AskMailAsync();
        browser.Credentials = changed;
        var renewed = await browser.SignInAsync();

        Assert.Equal((HttpStatusCode.Unauthorized, "urn:x-splice-webmail:problem:signInAgain"), (refused.Status, refused.Type));
        Assert.Contains("nothing is lost", (string?)refused.Json!["detail"], StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NoContent, renewed.Status);
        Assert.Equal((cookie, id), (browser.Cookie, await IdAsync(browser)));
        Assert.Equal(HttpStatusCode.OK, (await browser.AskMailAsync()).Status);
    }

    [Fact]
    public async Task Password_ThatIsOld_SignsNobodyInOverAConnectionThatIsKept()
    {
        var browser = await SignedInAsync();
        await browser.AskMailAsync();
        await webmail.Dovecot.ChangePasswordAsync(browser.Credentials, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.Unauthorized, (await browser.Elsewhere(2).SignInAsync()).Status);
    }

    [Fact]
    public async Task SignIn_OfAnotherAccount_EndsTheSessionAndBeginsANewOne()
    {
        var browser = await SignedInAsync();
        var before = browser.Cookie;
        browser.Credentials = webmail.Dovecot.NewUser();

        await browser.SignInAsync();
        var (after, name) = (browser.Cookie, (string?)(await browser.GetAsync("/session")).Json!["username"]);
        browser.Cookie = before;

        Assert.NotEqual(before, after);
        Assert.Equal(browser.Credentials.Username, name);
        Assert.Equal(HttpStatusCode.Unauthorized, (await browser.GetAsync("/session")).Status);
    }

    private async Task<WebBrowser> SignedInAsync(bool stay = true)
    {
        var browser = webmail.NewUser();
        Assert.Equal(HttpStatusCode.NoContent, (await browser.SignInAsync(stay: stay)).Status);
        return browser;
    }

    private static async Task<string> IdAsync(WebBrowser browser) =>
        (string)(await browser.GetAsync("/session/devices")).Json!["devices"]!.AsArray().Single(device => (bool)device!["isThis"]!)!["id"]!;

    private Task AgeAsync(WebBrowser browser, string interval) => SetAsync(browser, $"used = used - interval '{interval}'");

    private async Task SetAsync(WebBrowser browser, string change)
    {
        await using var command = webmail.Database.Source.CreateCommand($"UPDATE session SET {change} WHERE account = '{AccountOf(browser)}'");
        Assert.Equal(1, await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken));
    }

    private Task<T> ScalarAsync<T>(WebBrowser browser, string expression) => webmail.Database.ScalarAsync<T>(
        $"SELECT {expression} FROM session WHERE account = '{AccountOf(browser)}'", TestContext.Current.CancellationToken);

    private static string AccountOf(WebBrowser browser) => global::Webmail.Web.Journal.AccountId.Of(browser.Credentials.Username);
}
