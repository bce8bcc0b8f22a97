using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Webmail.Mail.Seams;
using Webmail.Web.Journal;

namespace Tests.Unit.Webmail.Outages;

/// <summary>What was answered.</summary>
public sealed record OutageAnswer(HttpStatusCode Status, string Type, string Text, IReadOnlyList<string> Cookies, TimeSpan? RetryAfter)
{
    public JsonNode Json => JsonNode.Parse(Text)!;
}

/// <summary>A person's browser, which talks HTTP to the whole webmail.</summary>
public sealed class OutageUser(HttpClient client, Credentials credentials)
{
    /// <summary>Of what an outage costs the first who meets it, with all that a starved machine adds. Without a verdict it would be far longer.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private string _cookie = "";

    public Credentials Credentials => credentials;

    private string Account => AccountId.Of(credentials.Username);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async Task<OutageAnswer> SignInAsync()
    {
        var answer = await SendAsync(HttpMethod.Post, "/session", new JsonObject { ["username"] = credentials.Username, ["password"] = credentials.Password });
        _cookie = answer.Cookies is [var cookie, ..] ? cookie.Split(';')[0] : _cookie;
        return answer;
    }

    public Task<OutageAnswer> GetAsync(string path) => SendAsync(HttpMethod.Get, path);

    public async Task<OutageAnswer> SendAsync(HttpMethod method, string path, JsonNode? body = null)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        deadline.CancelAfter(Patience);
        using var answer = await client.SendAsync(Request(method, path, body), deadline.Token);
        return new OutageAnswer(
            answer.StatusCode,
            answer.Content.Headers.ContentType?.MediaType ?? "",
            await answer.Content.ReadAsStringAsync(deadline.Token),
            answer.Headers.TryGetValues("Set-Cookie", out var cookies) ? [.. cookies] : [],
            answer.Headers.RetryAfter?.Delta);
    }

    /// <summary>A stream of events, open.</summary>
    public async Task<HttpResponseMessage> ListenAsync() =>
        await client.SendAsync(Request(HttpMethod.Get, "/jmap/eventsource/?types=*&closeafter=no&ping=5", null), HttpCompletionOption.ResponseHeadersRead, Cancelled);

    /// <summary>The arguments of the answer, which must not be an error.</summary>
    public async Task<JsonNode> CallAsync(string method, string arguments)
    {
        var (name, answer) = await AnswerAsync(method, arguments);
        Assert.True(name == method, $"{method}: {answer.ToJsonString()}");
        return answer;
    }

    /// <summary>The error.</summary>
    public async Task<JsonNode> ErrorAsync(string method, string arguments)
    {
        var (name, answer) = await AnswerAsync(method, arguments);
        Assert.True(name == "error", $"{method}: {answer.ToJsonString()}");
        return answer;
    }

    /// <summary>What /status says of a service.</summary>
    public async Task<JsonNode> StatusAsync(string service)
    {
        var answer = await GetAsync("/status");
        Assert.True(answer.Status == HttpStatusCode.OK, answer.Text);
        return answer.Json["services"]!.AsArray().Single(one => (string)one!["service"]! == service)!;
    }

    public Task UntilStatusAsync(string service, string state) =>
        UntilAsync(async () => (string)(await StatusAsync(service))["state"]! == state, $"{service} to be {state}");

    public static async Task UntilAsync(Func<Task<bool>> condition, string what)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!await condition())
        {
            Assert.False(patience.IsCancellationRequested, $"waited in vain for {what}");
            await Task.Delay(TimeSpan.FromMilliseconds(50), Cancelled);
        }
    }

    public async Task<string> MailboxIdAsync(string role) =>
        (string)(await CallAsync("Mailbox/get", "\"ids\":null"))["list"]!.AsArray().Single(mailbox => (string?)mailbox!["role"] == role)!["id"]!;

    /// <summary>The ids in the inbox, newest first.</summary>
    public async Task<string[]> InboxAsync() =>
        [.. (await CallAsync("Email/query", $$"""
            "filter":{"inMailbox":"{{await MailboxIdAsync("inbox")}}"}
            """))["ids"]!.AsArray().Select(id => (string)id!)];

    private async Task<(string Name, JsonNode Arguments)> AnswerAsync(string method, string arguments)
    {
        var answer = await SendAsync(HttpMethod.Post, "/jmap/api/", JsonNode.Parse($$"""
            {"using":[],"methodCalls":[["{{method}}",{"accountId":"{{Account}}",{{arguments}} },"0"]]}
            """));
        Assert.True(answer.Status == HttpStatusCode.OK, answer.Text);
        var response = answer.Json["methodResponses"]![0]!;
        return ((string)response[0]!, response[1]!);
    }

    private HttpRequestMessage Request(HttpMethod method, string path, JsonNode? body)
    {
        var request = new HttpRequestMessage(method, path) { Content = body is null ? null : new StringContent(body.ToJsonString(), Encoding.UTF8) };
        request.Headers.Add("Sec-Fetch-Site", "same-origin");
        if (_cookie.Length > 0)
        {
            request.Headers.Add("Cookie", _cookie);
        }

        return request;
    }
}
