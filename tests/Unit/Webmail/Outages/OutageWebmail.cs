using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Tests.Unit.Webmail.Outbox;
using Tests.Unit.Webmail.Servers;
using Tests.Unit.Webmail.Sieve;
using Webmail.Mail.Imap;
using Webmail.Web;
using Webmail.Web.Config;
using Webmail.Web.Database;

namespace Tests.Unit.Webmail.Outages;

/// <summary>One backend on real servers of its own, each of which can go away: PostgreSQL, a Dovecot for mail, another for filters, and nobody who sends.</summary>
public sealed class OutageWebmail : IAsyncLifetime
{
    private PostgresDatabase _database = null!;
    private WebApplication _app = null!;
    private HttpClient _client = null!;

    public PostgresServer Postgres { get; } = new();

    public DovecotServer Mail { get; } = new();

    public DovecotServer Filters { get; } = new();

    public MailServerOptions Submission { get; } = LoopbackServer.Plain();

    public T Service<T>()
        where T : notnull => _app.Services.GetRequiredService<T>();

    public async ValueTask InitializeAsync()
    {
        _database = await Postgres.CreateDatabaseAsync(TestContext.Current.CancellationToken);
        _app = WebmailApp.Build(new WebmailConfig(
            "test", [new IPEndPoint(IPAddress.Loopback, 0)], new SpliceConfig(false, false, "", [], []), Mail.Imap, Submission, Filters.Plain, _database.Config));
        await _app.StartAsync();
        await _app.Services.GetServices<IHostedService>().OfType<MigrationService>().Single().ExecuteTask!;
        _client = new HttpClient { BaseAddress = new Uri(_app.Urls.Single()) };
    }

    /// <summary>Starts the server that sends.</summary>
    internal ScriptedSmtp Send() => new(Submission.Port);

    /// <summary>Somebody new, who is signed in.</summary>
    public async Task<OutageUser> NewUserAsync()
    {
        var credentials = Mail.NewUser();
        var user = new OutageUser(_client, credentials);
        var answer = await user.SignInAsync();
        Assert.Equal(HttpStatusCode.NoContent, answer.Status);
        return user;
    }

    /// <summary>Somebody who is not signed in here.</summary>
    public OutageUser Stranger() => new(_client, Mail.NewUser());

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        await _database.DisposeAsync();
        Mail.Dispose();
        Filters.Dispose();
        Postgres.Dispose();
    }
}
