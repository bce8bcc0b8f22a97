using System.Net;
using System.Text.Json.Nodes;
using OtpNet;

namespace Tests.Unit.Webmail.SignIn;

/// <summary>A code besides the password.</summary>
public sealed class SecondFactorTests(SignInWebmail webmail) : IClassFixture<SignInWebmail>
{
    private const string Path = "/session/second-factor";
    private const string CodeNeeded = "urn:x-splice-webmail:problem:codeNeeded";

    [Fact]
    public async Task Enrolment_ConfirmedByACode_GivesTenRecoveryCodesOnce()
    {
        var browser = await SignedInAsync();

        var offer = (await browser.SendAsync(HttpMethod.Post, Path)).Json!;
        var before = (await browser.GetAsync(Path)).Json!;
        var confirmed = await ConfirmAsync(browser, Code(offer));
        var after = (await browser.GetAsync(Path)).Json!;

        Assert.Equal((false, true), ((bool)before["isOn"]!, (bool)after["isOn"]!));
        Assert.Equal(10, confirmed.Json!["recoveryCodes"]!.AsArray().Select(code => (string)code!).Distinct().Count());
        Assert.Equal(10, (int)after["recoveryCodesLeft"]!);
        Assert.Matches("^[A-Z2-7]{32}$", (string)offer["secret"]!);
        Assert.StartsWith("data:image/svg+xml;base64,", (string)offer["qrCode"]!, StringComparison.Ordinal);
        Assert.Contains((string)offer["secret"]!, (string)offer["uri"]!, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Conflict, (await browser.SendAsync(HttpMethod.Post, Path)).Status);
    }

    [Fact]
    public async Task Enrolment_WithAWrongCode_SwitchesNothingOn()
    {
        var browser = await SignedInAsync();
        var offer = (await browser.SendAsync(HttpMethod.Post, Path)).Json!;

        var wrong = await ConfirmAsync(browser, WrongCode(offer));

        Assert.Equal((HttpStatusCode.Forbidden, CodeNeeded), (wrong.Status, wrong.Type));
        Assert.Equal(HttpStatusCode.NoContent, (await browser.Elsewhere(2).SignInAsync()).Status);
        Assert.Equal(HttpStatusCode.Conflict, (await ConfirmAsync(await SignedInAsync(), "123456")).Status);
    }

    [Fact]
    public async Task SignIn_WithASecondFactor_NeedsPasswordThenCode()
    {
        var (browser, offer, _) = await EnrolledAsync();
        var other = browser.Elsewhere(2);
        other.OnSecond = true;

        var wrongPassword = await other.SignInAsync(password: "wrong", code: NextCode(offer));
        var noCode = await other.SignInAsync();
        var wrongCode = await other.SignInAsync(WrongCode(offer));
        var whileOut = await other.GetAsync("/session");
        var both = await other.SignInAsync(NextCode(offer));

        Assert.Equal((HttpStatusCode.Unauthorized, "about:blank"), (wrongPassword.Status, wrongPassword.Type));
        Assert.Equal((HttpStatusCode.Unauthorized, CodeNeeded), (noCode.Status, noCode.Type));
        Assert.Equal((HttpStatusCode.Unauthorized, CodeNeeded), (wrongCode.Status, wrongCode.Type));
        Assert.Equal(HttpStatusCode.Unauthorized, whileOut.Status);
        Assert.Equal(HttpStatusCode.NoContent, both.Status);
    }

    [Fact]
    public async Task Name_InCapitals_NeedsTheCodeAllTheSame()
    {
        var (browser, _, _) = await EnrolledAsync();

        Assert.Equal(CodeNeeded, (await browser.Elsewhere(2).SignInAsync(username: browser.Credentials.Username.ToUpperInvariant())).Type);
    }

    [Fact]
    public async Task Code_UsedAgain_IsRefused()
    {
        var (browser, offer, _) = await EnrolledAsync();
        var code = NextCode(offer);

        Assert.Equal(HttpStatusCode.NoContent, (await browser.Elsewhere(2).SignInAsync(code)).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await browser.Elsewhere(2).SignInAsync(code)).Status);
    }

    [Fact]
    public async Task Code_UsedByTwoAtOnce_LetsOneIn()
    {
        var (browser, offer, _) = await EnrolledAsync();
        var code = NextCode(offer);
        var second = browser.Elsewhere(3);
        second.OnSecond = true;

        var answers = await Task.WhenAll(browser.Elsewhere(2).SignInAsync(code), second.SignInAsync(code));

        Assert.Single(answers, answer => answer.Status == HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task RecoveryCode_HoweverTyped_IsGoodOnce()
    {
        var (browser, _, recovery) = await EnrolledAsync();
        var typed = recovery[3].ToUpperInvariant().Replace("-", " ", StringComparison.Ordinal);

        Assert.Equal(HttpStatusCode.NoContent, (await browser.Elsewhere(2).SignInAsync(typed)).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await browser.Elsewhere(2).SignInAsync(recovery[3])).Status);
        Assert.Equal(9, (int)(await browser.GetAsync(Path)).Json!["recoveryCodesLeft"]!);
    }

    [Fact]
    public async Task Codes_Guessed_AreLimitedLikePasswordsButSooner()
    {
        var (browser, offer, _) = await EnrolledAsync();
        var attacker = browser.Elsewhere(2);
        for (var attempt = 0; attempt < 5; attempt++)
        {
            Assert.Equal(HttpStatusCode.Unauthorized, (await attacker.SignInAsync(WrongCode(offer))).Status);
        }

        var limited = await attacker.SignInAsync(NextCode(offer));

        Assert.Equal(HttpStatusCode.TooManyRequests, limited.Status);
        Assert.NotNull(limited.RetryAfter);
        Assert.Equal(HttpStatusCode.NoContent, (await browser.Elsewhere(1).SignInAsync(NextCode(offer))).Status);
    }

    [Fact]
    public async Task Basic_OfAnAccountWithASecondFactor_IsRefusedAtOnceOnEveryBackend()
    {
        var browser = await SignedInAsync();
        var program = browser.Elsewhere(1);
        program.OnSecond = true;
        Assert.Equal(HttpStatusCode.OK, (await program.BasicAsync()).Status);
        await EnrolAsync(browser);

        var refused = await program.BasicAsync();

        Assert.Equal((HttpStatusCode.Forbidden, CodeNeeded), (refused.Status, refused.Type));
    }

    [Fact]
    public async Task Removal_NeedsACode()
    {
        var (browser, offer, _) = await EnrolledAsync();

        var without = await browser.SendAsync(HttpMethod.Post, $"{Path}/removal", new JsonObject());
        var wrong = await browser.SendAsync(HttpMethod.Post, $"{Path}/removal", new JsonObject { ["code"] = WrongCode(offer) });
        Assert.Equal(CodeNeeded, (await browser.Elsewhere(2).SignInAsync()).Type);
        var right = await browser.SendAsync(HttpMethod.Post, $"{Path}/removal", new JsonObject { ["code"] = NextCode(offer) });

        Assert.Equal((HttpStatusCode.Forbidden, HttpStatusCode.Forbidden, HttpStatusCode.NoContent), (without.Status, wrong.Status, right.Status));
        Assert.Equal(HttpStatusCode.NoContent, (await browser.Elsewhere(2).SignInAsync()).Status);
    }

    [Fact]
    public async Task Database_AloneOpensNoSecret()
    {
        var (browser, offer, recovery) = await EnrolledAsync();
        var account = global::Webmail.Web.Journal.AccountId.Of(browser.Credentials.Username);

        var kept = await webmail.Database.ScalarAsync<byte[]>(
            $"SELECT sealed_secret || (SELECT string_agg(hash, '') FROM recovery_code WHERE account = '{account}') FROM second_factor WHERE account = '{account}'",
            TestContext.Current.CancellationToken);

        Assert.Equal(-1, kept.AsSpan().IndexOf(Base32Encoding.ToBytes((string)offer["secret"]!)));
        Assert.Equal(-1, kept.AsSpan().IndexOf(System.Text.Encoding.ASCII.GetBytes(recovery[0])));
    }

    [Theory]
    [InlineData("GET", Path)]
    [InlineData("POST", Path)]
    [InlineData("POST", $"{Path}/confirmation")]
    [InlineData("POST", $"{Path}/removal")]
    [InlineData("GET", "/session/devices")]
    [InlineData("DELETE", "/session/devices")]
    [InlineData("DELETE", "/session/devices/00")]
    public async Task Nobody_IsAnsweredNothing(string method, string path) =>
        Assert.Equal(HttpStatusCode.Unauthorized, (await webmail.NewUser().SendAsync(new HttpMethod(method), path)).Status);

    private async Task<WebBrowser> SignedInAsync()
    {
        var browser = webmail.NewUser();
        Assert.Equal(HttpStatusCode.NoContent, (await browser.SignInAsync()).Status);
        return browser;
    }

    private async Task<(WebBrowser Browser, JsonNode Offer, string[] Recovery)> EnrolledAsync()
    {
        var browser = await SignedInAsync();
        var (offer, recovery) = await EnrolAsync(browser);
        return (browser, offer, recovery);
    }

    private static async Task<(JsonNode Offer, string[] Recovery)> EnrolAsync(WebBrowser browser)
    {
        var offer = (await browser.SendAsync(HttpMethod.Post, Path)).Json!;
        var confirmed = await ConfirmAsync(browser, Code(offer));
        Assert.Equal(HttpStatusCode.OK, confirmed.Status);
        return (offer, [.. confirmed.Json!["recoveryCodes"]!.AsArray().Select(code => (string)code!)]);
    }

    private static Task<WebAnswer> ConfirmAsync(WebBrowser browser, string code) =>
        browser.SendAsync(HttpMethod.Post, $"{Path}/confirmation", new JsonObject { ["code"] = code });

    private static string Code(JsonNode offer) => CodeAt(offer, 0);

    /// <summary>That of the next half minute, which is accepted already: the present one is used up.</summary>
    private static string NextCode(JsonNode offer) => CodeAt(offer, 1);

    private static string WrongCode(JsonNode offer)
    {
        var near = Enumerable.Range(-3, 7).Select(step => CodeAt(offer, step)).ToHashSet();
        return Enumerable.Range(0, 10).Select(digit => new string((char)('0' + digit), 6)).First(code => !near.Contains(code));
    }

    private static string CodeAt(JsonNode offer, int step) =>
        new Totp(Base32Encoding.ToBytes((string)offer["secret"]!)).ComputeTotp(DateTime.UtcNow.AddSeconds(30 * step));
}
