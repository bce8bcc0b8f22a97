using System.Net;
using System.Text.Json.Nodes;
using Tests.Unit.Webmail.Push;

namespace Tests.Unit.Webmail.Outages;

/// <summary>PostgreSQL stops, or is frozen: nobody waits for it, and everything goes on when it is back.</summary>
public sealed class StorageAwayTests(OutageWebmail webmail) : IClassFixture<OutageWebmail>, IAsyncLifetime
{
    private OutageUser _user = null!;

    public async ValueTask InitializeAsync() => _user = await webmail.NewUserAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    public static TheoryData<string, string, string> Requests => new()
    {
        { "GET", "/session", "" },
        { "POST", "/session", """{ "username": "user1@example.test", "password": "wrong" }""" },
        { "DELETE", "/session", "" },
        { "GET", "/session/devices", "" },
        { "GET", "/status", "" },
        { "GET", "/.well-known/jmap", "" },
        { "POST", "/jmap/api/", """{ "using": [], "methodCalls": [["Core/echo", {}, "0"]] }""" },
        { "GET", "/jmap/eventsource/?types=*&closeafter=no&ping=5", "" },
        { "GET", "/jmap/download/a/b1/x", "" },
        { "POST", "/jmap/upload/a/", "\"x\"" },
        { "GET", "/mail/a/e1/body.html", "" },
        { "GET", "/reading/trusted-senders", "" },
        { "GET", "/contacts/export", "" },
    };

    [Theory]
    [MemberData(nameof(Requests))]
    public async Task Request_DatabaseStopped_IsAnsweredWith503(string method, string path, string body)
    {
        var answer = await WhileStoppedAsync(() => _user.SendAsync(new HttpMethod(method), path, body.Length == 0 ? null : JsonNode.Parse(body)));

        AssertUnavailable(answer);
    }

    [Fact]
    public async Task Pages_DatabaseStopped_AreThere()
    {
        await WhileStoppedAsync(async () =>
        {
            Assert.Equal(HttpStatusCode.OK, (await _user.GetAsync("/health")).Status);
            Assert.NotEqual(HttpStatusCode.ServiceUnavailable, (await _user.GetAsync("/")).Status);
            return true;
        });
    }

    [Fact]
    public async Task Session_DatabaseStoppedAndBack_IsStillThere()
    {
        var whileAway = await WhileStoppedAsync(() => _user.GetAsync("/session"));
        var after = await _user.GetAsync("/session");

        Assert.Empty(whileAway.Cookies);
        Assert.Equal(HttpStatusCode.OK, after.Status);
        Assert.Equal(_user.Credentials.Username, (string)after.Json["username"]!);
    }

    [Fact]
    public async Task SignOut_DatabaseStopped_KeepsTheCookieThatStillOpensTheSession()
    {
        var answer = await WhileStoppedAsync(() => _user.SendAsync(HttpMethod.Delete, "/session"));

        AssertUnavailable(answer);
        Assert.Equal(HttpStatusCode.OK, (await _user.GetAsync("/session")).Status);
    }

    /// <summary>Each of these would wait by itself for connections and commands, for longer than the test has.</summary>
    [Fact]
    public async Task Requests_DatabaseFrozen_AreNotWaitedForOneByOne()
    {
        webmail.Postgres.Freeze();
        try
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
            for (var request = 0; request < 50; request++)
            {
                AssertUnavailable(await _user.GetAsync("/session"));
                Assert.False(patience.IsCancellationRequested, $"request {request} came late");
            }
        }
        finally
        {
            webmail.Postgres.Thaw();
        }

        await UntilAnsweredAsync();
        Assert.Equal("ok", (string)(await _user.StatusAsync("storage"))["state"]!);
    }

    [Fact]
    public async Task Stream_DatabaseStoppedAndBack_GoesOn()
    {
        using var stream = await EventStream.ReadAsync(await _user.ListenAsync());

        await WhileStoppedAsync(async () =>
        {
            Assert.Equal("ping", (await stream.NextAsync())!.Name);
            return true;
        });
        await _user.CallAsync("ContactCard/set", """
            "create":{"c":{"@type":"Card","version":"1.0","name":{"full":"Bob"}} }
            """);

        Assert.Contains("ContactCard", (await stream.ChangeAsync()).Types);
    }

    private static void AssertUnavailable(OutageAnswer answer)
    {
        Assert.True(answer.Status == HttpStatusCode.ServiceUnavailable, $"{answer.Status} {answer.Text}");
        Assert.Equal("application/problem+json", answer.Type);
        Assert.Equal("urn:x-splice-webmail:problem:storageAway", (string)answer.Json["type"]!);
        Assert.Contains("What was saved is safe, and what you are writing stays in this browser", (string)answer.Json["detail"]!, StringComparison.Ordinal);
        Assert.NotNull(answer.RetryAfter);
        Assert.Empty(answer.Cookies);
    }

    private async Task<T> WhileStoppedAsync<T>(Func<Task<T>> act)
    {
        webmail.Postgres.Stop();
        try
        {
            return await act();
        }
        finally
        {
            webmail.Postgres.Start();
            await UntilAnsweredAsync();
        }
    }

    private Task UntilAnsweredAsync() => OutageUser.UntilAsync(
        async () =>
        {
            var answer = await _user.GetAsync("/session");
            Assert.True(answer.Status is HttpStatusCode.OK or HttpStatusCode.ServiceUnavailable, answer.Text);
            return answer.Status == HttpStatusCode.OK;
        },
        "the webmail to notice that the database is back");
}
