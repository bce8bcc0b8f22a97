using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Webmail.Mail.Imap;
using Webmail.Mail.Seams;
using Webmail.Web;
using Webmail.Web.Config;
using Webmail.Web.Database;

namespace Tests.Unit.Webmail.Sieve;

/// <summary>The whole webmail with a real Dovecot and a real PostgreSQL, as its clients see it.</summary>
public sealed class SieveWebmail(PostgresServer server) : IAsyncLifetime
{
    private readonly List<WebApplication> _apps = [];
    private readonly DovecotServer _withoutInclude = new("-include");
    private PostgresDatabase _database = null!;
    private HttpClient _client = null!;

    public DovecotServer Dovecot { get; } = new();

    public IServiceProvider Services => _apps[0].Services;

    /// <summary>A webmail whose Sieve server cannot include scripts.</summary>
    public HttpClient WithoutInclude { get; private set; } = null!;

    /// <summary>A webmail without a Sieve server.</summary>
    public HttpClient WithoutSieve { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await server.CreateDatabaseAsync(TestContext.Current.CancellationToken);
        _client = await StartAsync(Dovecot.Imap, Dovecot.Plain);
        WithoutInclude = await StartAsync(_withoutInclude.Imap, _withoutInclude.Plain);
        WithoutSieve = await StartAsync(Dovecot.Imap, null);
    }

    public async Task<SieveUser> NewUserAsync(HttpClient? client = null)
    {
        var user = new SieveUser(client ?? _client, Dovecot.NewUser());
        await user.SignInAsync();
        return user;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var app in _apps)
        {
            await app.DisposeAsync();
        }

        Dovecot.Dispose();
        _withoutInclude.Dispose();
        await _database.DisposeAsync();
    }

    private async Task<HttpClient> StartAsync(MailServerOptions imap, MailServerOptions? sieve)
    {
        var app = WebmailApp.Build(new WebmailConfig(
            "test", [new IPEndPoint(IPAddress.Loopback, 0)], new SpliceConfig(false, false, "", [], []), imap, imap, sieve, _database.Config));
        _apps.Add(app);
        await app.StartAsync();
        await app.Services.GetServices<IHostedService>().OfType<MigrationService>().Single().ExecuteTask!;
        return new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
    }
}

/// <summary>Somebody with an empty mailbox and no scripts, who talks JMAP.</summary>
public sealed class SieveUser(HttpClient client, Credentials credentials)
{
    public Credentials Credentials => credentials;

    public string Account { get; private set; } = "";

    public JsonNode Session { get; private set; } = null!;

    public async Task SignInAsync()
    {
        Session = JsonNode.Parse(await (await SendAsync(HttpMethod.Get, "/.well-known/jmap", null)).Content.ReadAsStringAsync())!;
        Account = (string)Session["accounts"]!.AsObject().Single().Key;
    }

    /// <summary>The arguments of the response, or of the error.</summary>
    public async Task<JsonNode> CallAsync(string method, string arguments)
    {
        var call = JsonNode.Parse(arguments)!.AsObject();
        call["accountId"] = Account;
        var request = new JsonObject
        {
            ["using"] = new JsonArray("urn:ietf:params:jmap:core", "urn:ietf:params:jmap:sieve", "urn:ietf:params:jmap:vacationresponse"),
            ["methodCalls"] = new JsonArray(new JsonArray(method, call, "0")),
        };
        var answer = await SendAsync(HttpMethod.Post, "/jmap/api/", Encoding.UTF8.GetBytes(request.ToJsonString()));
        return JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["methodResponses"]![0]![1]!;
    }

    public async Task<string> UploadAsync(string content)
    {
        var answer = await SendAsync(HttpMethod.Post, $"/jmap/upload/{Account}/", Encoding.UTF8.GetBytes(content));
        return (string)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["blobId"]!;
    }

    /// <summary>Null if there is no such blob.</summary>
    public async Task<string?> DownloadAsync(string blobId)
    {
        var answer = await SendAsync(HttpMethod.Get, $"/jmap/download/{Account}/{blobId}/script.sieve", null);
        return answer.StatusCode == HttpStatusCode.OK ? await answer.Content.ReadAsStringAsync() : null;
    }

    /// <summary>The id of a new script.</summary>
    public async Task<string> CreateAsync(string name, string content, bool active = false)
    {
        var answer = await CallAsync("SieveScript/set", $$"""
            { "create": { "c": { "name": "{{name}}", "blobId": "{{await UploadAsync(content)}}" } }, "onSuccessActivateScript": {{(active ? "\"#c\"" : "null")}} }
            """);
        Assert.True(answer["created"] is not null, answer.ToJsonString());
        return (string)answer["created"]!["c"]!["id"]!;
    }

    public async Task<IReadOnlyList<JsonNode>> ScriptsAsync() =>
        [.. (await CallAsync("SieveScript/get", """{ "ids": null }"""))["list"]!.AsArray().Select(script => script!)];

    public async Task<string?> ActiveAsync() =>
        (string?)(await ScriptsAsync()).SingleOrDefault(script => (bool)script["isActive"]!)?["name"];

    public async Task<JsonNode> VacationAsync() => (await CallAsync("VacationResponse/get", """{ "ids": null }"""))["list"]![0]!;

    /// <summary>The SetError, or null.</summary>
    public async Task<JsonNode?> SetVacationAsync(string patch) =>
        (await CallAsync("VacationResponse/set", $$"""{ "update": { "singleton": {{patch}} } }"""))["notUpdated"]?["singleton"];

    public Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, byte[]? body)
    {
        var request = new HttpRequestMessage(method, path) { Content = body is null ? null : new ByteArrayContent(body) };
        request.Headers.Authorization = new AuthenticationHeaderValue(
            "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{credentials.Username}:{credentials.Password}")));
        return client.SendAsync(request);
    }
}
