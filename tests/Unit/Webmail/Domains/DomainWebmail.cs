using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Tests.Unit.Webmail.Outbox;
using Tests.Unit.Webmail.Sieve;
using Webmail.Mail.Imap;
using Webmail.Mail.Seams;
using Webmail.Web;
using Webmail.Web.Config;
using Webmail.Web.Database;
using Webmail.Web.Outbox;

namespace Tests.Unit.Webmail.Domains;

/// <summary>
/// Two backends of one webmail on a real PostgreSQL, and the real mail servers of two domains. The configuration names none of them: all
/// that leads to them is the map.
/// </summary>
public sealed class DomainWebmail(PostgresServer server) : IAsyncLifetime
{
    private static readonly MailServerOptions Nowhere = new("127.0.0.1", 1, MailKit.Security.SecureSocketOptions.None);
    private readonly List<(WebApplication App, HttpClient Public, HttpClient Admin)> _backends = [];
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("domains-");
    private PostgresDatabase _database = null!;

    public DovecotServer One { get; } = new("", domain: "one.test");

    public DovecotServer Two { get; } = new("", domain: "two.test");

    internal ScriptedSmtp SmtpOne { get; } = new();

    internal ScriptedSmtp SmtpTwo { get; } = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public string Socket(int backend) => Path.Combine(_folder.FullName, $"admin{backend}.sock");

    public T Service<T>(int backend)
        where T : notnull => _backends[backend].App.Services.GetRequiredService<T>();

    public async ValueTask InitializeAsync()
    {
        _database = await server.CreateDatabaseAsync(Cancelled);
        await StartAsync();
        await StartAsync();
        // Without a splice each backend can open only what it has sealed itself; what is sent here is put to the first.
        await _backends[1].App.Services.GetServices<IHostedService>().OfType<OutboxExecutor>().Single().StopAsync(Cancelled);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var (app, client, admin) in _backends)
        {
            client.Dispose();
            admin.Dispose();
            await app.DisposeAsync();
        }

        One.Dispose();
        Two.Dispose();
        SmtpOne.Dispose();
        SmtpTwo.Dispose();
        await _database.DisposeAsync();
        _folder.Delete(true);
    }

    /// <summary>As the administrator; what is answered is null without a body.</summary>
    public async Task<(HttpStatusCode Status, JsonNode? Json)> AdminAsync(HttpMethod method, string path, string? body = null, int backend = 0)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : new StringContent(body) };
        using var answer = await _backends[backend].Admin.SendAsync(request, Cancelled);
        var text = await answer.Content.ReadAsStringAsync(Cancelled);
        return (answer.StatusCode, text.Length == 0 ? null : JsonNode.Parse(text));
    }

    public async Task PutAsync(string domain, string settings)
    {
        var (status, json) = await AdminAsync(HttpMethod.Put, $"/domains/{domain}", settings);
        Assert.True(status == HttpStatusCode.NoContent, json?.ToJsonString());
    }

    /// <summary>As somebody with a browser.</summary>
    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, Credentials? user, string? body = null, int backend = 0)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : new StringContent(body) };
        request.Headers.Authorization = user is null
            ? null
            : new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user.Username}:{user.Password}")));
        return await _backends[backend].Public.SendAsync(request, Cancelled);
    }

    public async Task<HttpStatusCode> SignInAsync(Credentials user, int backend = 0) =>
        (await SendAsync(HttpMethod.Get, "/session", user, null, backend)).StatusCode;

    /// <summary>The arguments of the answer, or of the error.</summary>
    public async Task<JsonObject> CallAsync(Credentials user, string method, string arguments)
    {
        var account = (string)(await JsonAsync(await SendAsync(HttpMethod.Get, "/session", user)))["accountId"]!;
        var answer = await SendAsync(HttpMethod.Post, "/jmap/api/", user, $$"""
            {"using":["urn:ietf:params:jmap:core","urn:ietf:params:jmap:mail","urn:ietf:params:jmap:sieve"],
             "methodCalls":[["{{method}}",{"accountId":"{{account}}",{{arguments}} },"0"]]}
            """);
        return (await JsonAsync(answer))["methodResponses"]![0]![1]!.AsObject();
    }

    public static async Task<JsonObject> JsonAsync(HttpResponseMessage answer)
    {
        var text = await answer.Content.ReadAsStringAsync(Cancelled);
        Assert.True(answer.StatusCode == HttpStatusCode.OK, text);
        return JsonNode.Parse(text)!.AsObject();
    }

    /// <summary>Settings as the administrator writes them.</summary>
    internal static string Settings(MailServerOptions imap, MailServerOptions submission, MailServerOptions? sieve, string more = "") => $$"""
        { "imap": {{Server(imap)}}, "submission": {{Server(submission)}} {{(sieve is null ? "" : $", \"sieve\": {Server(sieve)}")}} {{more}} }
        """;

    private static string Server(MailServerOptions server) =>
        $$"""{ "host": "{{server.Host}}", "port": {{server.Port}}, "tls": "{{TlsWords.All.First(word => word.Value == server.Security).Key}}" }""";

    private async Task StartAsync()
    {
        var socket = Socket(_backends.Count);
        var app = WebmailApp.Build(new WebmailConfig(
            "test", [new IPEndPoint(IPAddress.Loopback, 0)], new SpliceConfig(false, false, "", [], []), Nowhere, Nowhere, null, _database.Config)
        {
            Admin = new AdminConfig(socket, false, null),
        });
        await app.StartAsync(Cancelled);
        await app.Services.GetServices<IHostedService>().OfType<MigrationService>().Single().ExecuteTask!;
        var handler = new SocketsHttpHandler
        {
            ConnectCallback = async (_, token) =>
            {
                var connection = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await connection.ConnectAsync(new UnixDomainSocketEndPoint(socket), token);
                return new NetworkStream(connection, ownsSocket: true);
            },
        };
        _backends.Add((
            app,
            new HttpClient { BaseAddress = new Uri(app.Urls.Single(url => url.StartsWith("http://127.", StringComparison.Ordinal))) },
            new HttpClient(handler) { BaseAddress = new Uri("http://webmail/") }));
    }
}
