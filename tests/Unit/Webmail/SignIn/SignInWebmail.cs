using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Tests.Unit.Webmail.Sieve;
using Webmail.Web;
using Webmail.Web.Config;
using Webmail.Web.Database;

namespace Tests.Unit.Webmail.SignIn;

/// <summary>Two backends of one webmail, with a real Dovecot and a real PostgreSQL.</summary>
public sealed class SignInWebmail(PostgresServer server) : IAsyncLifetime
{
    private readonly List<WebApplication> _apps = [];
    private readonly string _clusterKeyFile = Path.GetTempFileName();

    public DovecotServer Dovecot { get; } = new();

    public PostgresDatabase Database { get; private set; } = null!;

    public Uri First => new(_apps[0].Urls.Single());

    public Uri Second => new(_apps[1].Urls.Single());

    public async ValueTask InitializeAsync()
    {
        await File.WriteAllBytesAsync(_clusterKeyFile, new byte[32]);
        Database = await server.CreateDatabaseAsync(TestContext.Current.CancellationToken);
        await StartAsync();
        await StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var app in _apps)
        {
            await app.DisposeAsync();
        }

        Dovecot.Dispose();
        await Database.DisposeAsync();
        File.Delete(_clusterKeyFile);
    }

    /// <summary>A browser of somebody new.</summary>
    public WebBrowser NewUser() => new(this, Dovecot.NewUser());

    private async Task StartAsync()
    {
        var app = WebmailApp.Build(new WebmailConfig(
            "test",
            [new IPEndPoint(IPAddress.Loopback, 0)],
            new SpliceConfig(false, false, _clusterKeyFile, [], []),
            Dovecot.Imap,
            Dovecot.Imap,
            null,
            Database.Config));
        _apps.Add(app);
        await app.StartAsync();
        await app.Services.GetServices<IHostedService>().OfType<MigrationService>().Single().ExecuteTask!;
    }
}

/// <summary>What an endpoint answered.</summary>
public sealed record WebAnswer(HttpStatusCode Status, JsonNode? Json, string? Cookie, TimeSpan? RetryAfter)
{
    public string? Type => (string?)Json?["type"];
}
