using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Splice.Hooks;

namespace Tests.Unit.Splice;

/// <summary>A backend on loopback: Kestrel, the hooks, and an application whose answers are never the same twice.</summary>
internal sealed class BackendHost : IAsyncDisposable
{
    private readonly WebApplication _app;

    private BackendHost(WebApplication app) => _app = app;

    /// <summary>Whether the client acknowledges; off: nothing a backend sends counts as received.</summary>
    public bool Acknowledges { get; set; } = true;

    public RestlessApplication Application { get; } = new();

    public IPEndPoint EndPoint { get; private set; } = new(IPAddress.Loopback, 0);

    public SpliceBackend Backend => _app.Services.GetRequiredService<SpliceBackend>();

    public static async Task<BackendHost> StartAsync(StorePair stores, string build = "one", bool journal = true, bool kernelAcks = false)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        if (Environment.GetEnvironmentVariable("SPLICE_TEST_LOG") is not null)
        {
            builder.Logging.AddConsole();
        }

        builder.Services.AddSplice(new SpliceOptions
        {
            Name = "backend1",
            ClusterKey = StorePair.ClusterKey,
            Stores = stores.Nodes,
            Proxies = [],
            Build = build,
            Journal = journal,
        });
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseSplice()));
        var app = builder.Build();
        var host = new BackendHost(app);
        if (!kernelAcks)
        {
            host.Backend.AckProbes = _ => _ => host.Acknowledges;
        }

        app.UseSplice();
        app.Run(context => host.Application.AnswerAsync(context));
        await app.StartAsync();
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        host.EndPoint = new IPEndPoint(IPAddress.Loopback, new Uri(address).Port);
        await host.Backend.Store.WaitUntilTriedAsync(CancellationToken.None);
        return host;
    }

    public Task StopAsync() => _app.StopAsync(new CancellationTokenSource(TimeSpan.FromMilliseconds(500)).Token);

    public async ValueTask DisposeAsync()
    {
        using var soon = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));
        await _app.StopAsync(soon.Token);
        await _app.DisposeAsync();
    }
}
