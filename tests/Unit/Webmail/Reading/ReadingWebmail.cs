using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Tests.Unit.Webmail.Sieve;
using Webmail.Web;
using Webmail.Web.Config;
using Webmail.Web.Database;

namespace Tests.Unit.Webmail.Reading;

/// <summary>The whole webmail behind a mail server that says who has sent a message.</summary>
public sealed class ReadingWebmail(PostgresServer server) : IAsyncLifetime
{
    private PostgresDatabase _database = null!;
    private WebApplication _app = null!;
    private HttpClient _client = null!;

    public DovecotServer Dovecot { get; } = new();

    public async ValueTask InitializeAsync()
    {
        _database = await server.CreateDatabaseAsync(TestContext.Current.CancellationToken);
        _app = WebmailApp.Build(new WebmailConfig(
            "test", [new IPEndPoint(IPAddress.Loopback, 0)], new SpliceConfig(false, false, "", [], []), Dovecot.Imap, Dovecot.Imap, null, _database.Config)
        {
            TrustedAuthenticationServers = ["mx.example.test"],
        });
        await _app.StartAsync();
        await _app.Services.GetServices<IHostedService>().OfType<MigrationService>().Single().ExecuteTask!;
        _client = new HttpClient { BaseAddress = new Uri(_app.Urls.Single()) };
    }

    public async Task<SieveUser> NewUserAsync()
    {
        var user = new SieveUser(_client, Dovecot.NewUser());
        await user.SignInAsync();
        return user;
    }

    /// <summary>The id of the message.</summary>
    public async Task<string> DeliverAsync(SieveUser user, string message)
    {
        Dovecot.Deliver(user.Credentials, "a@example.test", message);
        return (string)(await user.CallAsync("Email/query", """{ "sort": [{ "property": "receivedAt", "isAscending": false }], "limit": 1 }"""))["ids"]![0]!;
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _app.DisposeAsync();
        Dovecot.Dispose();
        await _database.DisposeAsync();
    }
}
