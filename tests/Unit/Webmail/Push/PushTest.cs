using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using MailKit;
using MailKit.Net.Imap;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using MimeKit;
using Tests.Unit.Webmail.Servers;
using Webmail.Mail.Seams;
using Webmail.Mail.Servers;
using Webmail.Web;
using Webmail.Web.Config;
using Webmail.Web.Database;
using Webmail.Web.Journal;

namespace Tests.Unit.Webmail.Push;

/// <summary>Two backends on one real mail server and one real PostgreSQL, somebody signed in who listens, and another mail program of his.</summary>
public abstract class PushTest(PostgresServer postgres, IImapServer server) : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly List<(WebApplication App, HttpClient Client)> _backends = [];

    protected static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private protected PostgresDatabase Database { get; private set; } = null!;

    private protected Credentials Credentials { get; } = server.NewUser();

    private protected string Account => AccountId.Of(Credentials.Username);

    private protected string Cookie { get; private set; } = "";

    /// <summary>Another mail program.</summary>
    private protected ImapClient Other { get; } = new();

    public async ValueTask InitializeAsync()
    {
        Database = await postgres.CreateDatabaseAsync(Cancelled);
        await StartAsync();
        await StartAsync();
        await Other.ConnectAsync(server.Imap, Cancelled);
        await Other.AuthenticateAsync(Credentials.Username, Credentials.Password, Cancelled);
        using var signedIn = await SendAsync(
            0, HttpMethod.Post, "/session", new JsonObject { ["username"] = Credentials.Username, ["password"] = Credentials.Password });
        Cookie = signedIn.Headers.GetValues("Set-Cookie").Single().Split(';')[0];
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var (app, client) in _backends)
        {
            await app.StopAsync(CancellationToken.None);
            client.Dispose();
            await app.DisposeAsync();
        }

        Other.Dispose();
        await Database.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private protected T Service<T>(int backend)
        where T : notnull => _backends[backend].App.Services.GetRequiredService<T>();

    private protected Task StopAsync(int backend) => _backends[backend].App.StopAsync(Cancelled);

    private protected async Task<EventStream> OpenAsync(int backend = 0, string types = "*", string closeAfter = "no", int ping = 30, string? lastEventId = null) =>
        await EventStream.ReadAsync(await AnswerAsync(backend, $"types={types}&closeafter={closeAfter}&ping={ping}", lastEventId));

    /// <summary>An open stream that hears all of what happens to the mail from now on.</summary>
    private protected async Task<EventStream> FollowAsync(int backend = 0)
    {
        var stream = await OpenAsync(backend);
        await UntilAsync(IsSettledAsync, "the account to be followed");
        stream.Dispose();
        return await OpenAsync(backend);
    }

    private protected async Task<HttpResponseMessage> AnswerAsync(int backend, string query, string? lastEventId = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/jmap/eventsource/?{query}");
        request.Headers.Add("Cookie", Cookie);
        if (lastEventId is not null)
        {
            request.Headers.Add("Last-Event-ID", lastEventId);
        }

        return await _backends[backend].Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancelled);
    }

    private protected async Task<HttpResponseMessage> SendAsync(int backend, HttpMethod method, string path, JsonNode? body = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : new StringContent(body.ToJsonString(), Encoding.UTF8) };
        request.Headers.Add("Sec-Fetch-Site", "same-origin");
        if (Cookie.Length > 0)
        {
            request.Headers.Add("Cookie", Cookie);
        }

        var answer = await _backends[backend].Client.SendAsync(request, Cancelled);
        Assert.True(answer.IsSuccessStatusCode, $"{path}: {answer.StatusCode}");
        return answer;
    }

    private protected async Task<JsonNode> CallAsync(string method, JsonObject arguments, int backend = 0)
    {
        arguments["accountId"] = Account;
        using var answer = await SendAsync(
            backend, HttpMethod.Post, "/jmap/api/", new JsonObject { ["using"] = new JsonArray(), ["methodCalls"] = new JsonArray(new JsonArray(method, arguments, "0")) });
        var response = JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancelled))!["methodResponses"]![0]!;
        Assert.True((string?)response[0] == method, response.ToJsonString());
        return response[1]!;
    }

    /// <summary>Puts a message into a mailbox as another program does.</summary>
    private protected async Task<UniqueId> AppendAsync(IMailFolder? folder = null)
    {
        using var message = new MimeMessage { Subject = "news", Body = new TextPart("plain") { Text = "Some text." } };
        message.From.Add(new MailboxAddress("Ann Author", "ann@example.test"));
        return (await (folder ?? Other.Inbox).AppendAsync(new AppendRequest(message), Cancelled))!.Value;
    }

    private protected async Task<IMailFolder> FolderAsync(string name) =>
        (await Other.GetFolder(Other.PersonalNamespaces[0]).CreateAsync(name, true, Cancelled))!;

    private protected Task<long> FollowerAsync() =>
        Database.ScalarAsync<long>($"SELECT coalesce((SELECT follower FROM followed WHERE account = '{Account}'), 0)", Cancelled);

    private protected static async Task UntilAsync(Func<Task<bool>> condition, string what)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!await condition())
        {
            Assert.False(patience.IsCancellationRequested, $"waited in vain for {what}");
            await Task.Delay(TimeSpan.FromMilliseconds(20), Cancelled);
        }
    }

    private async Task<bool> IsSettledAsync() => await FollowerAsync() != 0
        && await Database.ScalarAsync<bool>($"SELECT EXISTS(SELECT FROM mailbox WHERE account = '{Account}' AND seen_validity <> 0)", Cancelled);

    private async Task StartAsync()
    {
        var app = WebmailApp.Build(new WebmailConfig(
            "test", [new IPEndPoint(IPAddress.Loopback, 0)], new SpliceConfig(false, false, "", [], []), server.Imap, server.Imap, null, Database.Config));
        await app.StartAsync(Cancelled);
        await app.Services.GetServices<IHostedService>().OfType<MigrationService>().Single().ExecuteTask!;
        _backends.Add((app, new HttpClient { BaseAddress = new Uri(app.Urls.Single()) }));
    }
}
