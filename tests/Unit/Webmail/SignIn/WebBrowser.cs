using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Webmail.Mail.Seams;

namespace Tests.Unit.Webmail.SignIn;

/// <summary>A person's browser: it keeps the cookie, and has an address of its own.</summary>
public sealed class WebBrowser(SignInWebmail webmail, Credentials credentials, int address = 1)
{
    public Credentials Credentials { get; set; } = credentials;

    /// <summary>What the cookie jar holds; empty if nothing.</summary>
    public string Cookie { get; set; } = "";

    /// <summary>Ask the other backend from now on.</summary>
    public bool OnSecond { get; set; }

    public string UserAgent { get; set; } = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

    /// <summary>The same person somewhere else.</summary>
    public WebBrowser Elsewhere(int at) => new(webmail, Credentials, at);

    public Task<WebAnswer> SignInAsync(string? code = null, bool? stay = null, string? password = null, string? username = null, bool token = false)
    {
        var body = new JsonObject { ["username"] = username ?? Credentials.Username, ["password"] = password ?? Credentials.Password };
        if (code is not null)
        {
            body["code"] = code;
        }

        if (stay is { } kept)
        {
            body["staySignedIn"] = kept;
        }

        if (token)
        {
            body["accessToken"] = true;
        }

        return SendAsync(HttpMethod.Post, "/session", body);
    }

    public Task<WebAnswer> GetAsync(string path) => SendAsync(HttpMethod.Get, path);

    /// <summary>Asks the mail server something.</summary>
    public Task<WebAnswer> AskMailAsync() =>
        SendAsync(HttpMethod.Post, "/jmap/api/", new JsonObject
        {
            ["using"] = new JsonArray(),
            ["methodCalls"] = new JsonArray(new JsonArray(
                "Mailbox/get", new JsonObject { ["accountId"] = global::Webmail.Web.Journal.AccountId.Of(Credentials.Username), ["ids"] = null }, "0")),
        });

    /// <summary>Asks as a program that knows name and password.</summary>
    public Task<WebAnswer> BasicAsync() => SendAsync(HttpMethod.Get, "/session", null, new AuthenticationHeaderValue(
        "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Credentials.Username}:{Credentials.Password}"))));

    /// <summary>Asks as a program that has an access token.</summary>
    public Task<WebAnswer> BearerAsync(string token, HttpMethod? method = null) =>
        SendAsync(method ?? HttpMethod.Get, "/session", null, new AuthenticationHeaderValue("Bearer", token));

    public async Task<WebAnswer> SendAsync(HttpMethod method, string path, JsonNode? body = null, AuthenticationHeaderValue? authorization = null)
    {
        using var handler = new SocketsHttpHandler { UseCookies = false, ConnectCallback = ConnectAsync };
        using var client = new HttpClient(handler) { BaseAddress = OnSecond ? webmail.Second : webmail.First };
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : new StringContent(body.ToJsonString()) };
        request.Headers.Add("Sec-Fetch-Site", "same-origin");
        request.Headers.TryAddWithoutValidation("User-Agent", UserAgent);
        request.Headers.Authorization = authorization;
        if (Cookie.Length > 0)
        {
            request.Headers.Add("Cookie", Cookie);
        }

        using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        var cookie = answer.Headers.TryGetValues("Set-Cookie", out var cookies) ? cookies.Single() : null;
        Cookie = cookie?.Split(';')[0] ?? Cookie;
        return new WebAnswer(answer.StatusCode, text.Length > 0 ? JsonNode.Parse(text) : null, cookie, answer.Headers.RetryAfter?.Delta);
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(new IPAddress([127, 0, 0, (byte)address]), 0));
        await socket.ConnectAsync(IPAddress.Loopback, context.DnsEndPoint.Port, cancellationToken);
        return new NetworkStream(socket, ownsSocket: true);
    }
}
