using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Tests.Unit.Webmail.Servers;
using Webmail.Web;
using Webmail.Web.Config;
using Webmail.Web.Database;

namespace Tests.Unit.Webmail.Index;

/// <summary>Two backends on one real mail server and one real PostgreSQL, for the tests of a class.</summary>
public sealed class IndexWebmail<TServer>(PostgresServer postgres, TServer server) : IAsyncLifetime
    where TServer : IImapServer
{
    private readonly List<WebApplication> _backends = [];
    private readonly List<HttpClient> _clients = [];

    public TServer Server => server;

    public PostgresDatabase Database { get; private set; } = null!;

    public IReadOnlyList<HttpClient> Clients => _clients;

    public async ValueTask InitializeAsync()
    {
        Database = await postgres.CreateDatabaseAsync(TestContext.Current.CancellationToken);
        await StartAsync();
        await StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _clients.ForEach(client => client.Dispose());
        foreach (var backend in _backends)
        {
            await backend.DisposeAsync();
        }

        await Database.DisposeAsync();
    }

    private async Task StartAsync()
    {
        var app = WebmailApp.Build(new WebmailConfig(
            "test", [new IPEndPoint(IPAddress.Loopback, 0)], new SpliceConfig(false, false, "", [], []), server.Imap, server.Imap, null, Database.Config));
        _backends.Add(app);
        await app.StartAsync(TestContext.Current.CancellationToken);
        await app.Services.GetServices<IHostedService>().OfType<MigrationService>().Single().ExecuteTask!;
        _clients.Add(new HttpClient { BaseAddress = new Uri(app.Urls.Single()) });
    }
}
