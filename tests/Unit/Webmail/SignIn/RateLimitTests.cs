using System.Data;
using System.Net;
using System.Text.Json.Nodes;
using Webmail.Web.Database;
using Webmail.Web.Journal;
using Webmail.Web.Sessions;

namespace Tests.Unit.Webmail.SignIn;

/// <summary>Guessing is slow, on all backends together, and locks nobody out.</summary>
public sealed class RateLimitTests(SignInWebmail webmail) : IClassFixture<SignInWebmail>, IAsyncLifetime
{
    private const int PerPairMax = 10;
    private const int PerAccountMax = 50;
    private const int PerNetworkMax = 100;

    public async ValueTask InitializeAsync()
    {
        await using var command = webmail.Database.Source.CreateCommand("DELETE FROM sign_in_failure");
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Failures_OnBothBackends_CountTogetherAndSayWhenToComeBack()
    {
        var browser = webmail.NewUser();
        await FailAsync(browser, PerPairMax / 2);
        browser.OnSecond = true;
        await FailAsync(browser, PerPairMax / 2);

        var right = await browser.SignInAsync();

        Assert.Equal(HttpStatusCode.TooManyRequests, right.Status);
        Assert.InRange(right.RetryAfter!.Value, TimeSpan.FromMinutes(9), TimeSpan.FromMinutes(10));
        Assert.Contains("Try again in 10 minutes.", (string?)right.Json!["detail"], StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await browser.BasicAsync()).Status);
    }

    [Fact]
    public async Task Failures_TenMinutesAgo_CountNoMore()
    {
        var browser = webmail.NewUser();
        await CountAsync(browser, 1, PerPairMax);
        await SetAsync("since = since - interval '601 seconds'");

        Assert.Equal(HttpStatusCode.NoContent, (await browser.SignInAsync()).Status);
    }

    [Fact]
    public async Task Attempts_AtOnce_AreNotMoreThanAllowed()
    {
        var browser = webmail.NewUser();

        var answers = await Task.WhenAll(Enumerable.Range(0, PerPairMax + 6).Select(_ => browser.Elsewhere(1).SignInAsync(password: "wrong")));

        Assert.Equal(PerPairMax, answers.Count(answer => answer.Status == HttpStatusCode.Unauthorized));
    }

    [Fact]
    public async Task Success_OnOneNetwork_ForgetsThatNetworksFailuresOnly()
    {
        var browser = webmail.NewUser();
        var attacker = browser.Elsewhere(9);
        await CountAsync(browser, 9, PerPairMax);
        await CountAsync(browser, 1, PerPairMax - 1);

        await browser.SignInAsync();
        await CountAsync(browser, 1, PerPairMax - 1);

        Assert.Equal(HttpStatusCode.NoContent, (await browser.SignInAsync()).Status);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await attacker.SignInAsync()).Status);
    }

    [Fact]
    public async Task Account_GuessedFromManyNetworks_IsClosedToNewOnesButNotWhereItsOwnerIs()
    {
        var browser = webmail.NewUser();
        await browser.SignInAsync();
        for (var at = 0; at < PerAccountMax / PerPairMax; at++)
        {
            await CountAsync(browser, 20 + at, PerPairMax);
        }

        Assert.Equal(HttpStatusCode.TooManyRequests, (await browser.Elsewhere(40).SignInAsync()).Status);
        Assert.Equal(HttpStatusCode.NoContent, (await browser.Elsewhere(1).SignInAsync()).Status);
    }

    [Fact]
    public async Task Network_ThatGuessesManyAccounts_IsStoppedAndUsesUpNobodysAttempts()
    {
        var last = webmail.NewUser().Elsewhere(50);
        for (var account = 0; account < PerNetworkMax / PerPairMax; account++)
        {
            await CountAsync(webmail.NewUser(), 50, PerPairMax);
        }

        for (var attempt = 0; attempt < PerPairMax; attempt++)
        {
            Assert.Equal(HttpStatusCode.TooManyRequests, (await last.SignInAsync(password: "wrong")).Status);
        }

        await SetAsync($"since = since - interval '601 seconds' WHERE count >= {PerNetworkMax}");
        Assert.Equal(HttpStatusCode.NoContent, (await last.SignInAsync()).Status);
    }

    [Fact]
    public async Task Body_ThatIsNoSignIn_IsRefusedUnread()
    {
        var browser = webmail.NewUser();

        var large = await browser.SendAsync(HttpMethod.Post, "/session", new JsonObject { ["username"] = new string('x', 20_000) });
        var list = await browser.SendAsync(HttpMethod.Post, "/session", new JsonArray(1));

        Assert.Equal((HttpStatusCode.BadRequest, HttpStatusCode.BadRequest), (large.Status, list.Status));
    }

    private static async Task FailAsync(WebBrowser browser, int count)
    {
        for (var attempt = 0; attempt < count; attempt++)
        {
            Assert.Equal(HttpStatusCode.Unauthorized, (await browser.SignInAsync(password: "wrong")).Status);
        }
    }

    /// <summary>The same without asking the mail server, which takes its time to refuse.</summary>
    private async Task CountAsync(WebBrowser browser, int at, int count)
    {
        var failures = new FailedSignIns(TimeProvider.System);
        for (var attempt = 0; attempt < count; attempt++)
        {
            var begun = await webmail.Database.Source.TransactAsync(
                IsolationLevel.ReadCommitted,
                transaction => failures.BeginAsync(transaction, AttemptLimits.Password, AccountId.Of(browser.Credentials.Username), $"127.0.0.{at}"),
                TestContext.Current.CancellationToken);
            Assert.Null(begun.Wait);
        }
    }

    private async Task SetAsync(string change)
    {
        await using var command = webmail.Database.Source.CreateCommand($"UPDATE sign_in_failure SET {change}");
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }
}
