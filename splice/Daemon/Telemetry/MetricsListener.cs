using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Metrics;

namespace Splice.Daemon.Telemetry;

/// <summary>
/// <c>GET /metrics</c> over TCP, for a scraper on the inner network. An application of its own, so that no verb of the control API can
/// be reached over it whatever is added there.
/// </summary>
internal static class MetricsListener
{
    private const int ConnectionsMax = 16;

    /// <summary>Null if it cannot listen there: metrics are no reason to refuse clients.</summary>
    public static async Task<IAsyncDisposable?> StartAsync(IPEndPoint endPoint, MeterProvider metrics, ILogger log)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions
        {
            Args = ["--hostBuilder:reloadConfigOnChange=false"],
            ContentRootPath = AppContext.BaseDirectory,
        });
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxConcurrentConnections = ConnectionsMax;
            kestrel.Limits.MaxRequestBodySize = 0;
            kestrel.Listen(endPoint);
        });
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.MapPrometheusScrapingEndpoint("/metrics", metrics, null, null);
        try
        {
            await app.StartAsync();
            return app;
        }
        catch (IOException exception)
        {
            log.LogError("metrics are not served on {EndPoint}: {Reason}; clients are, and the control socket has the metrics", endPoint, exception.Message);
            await app.DisposeAsync();
            return null;
        }
    }
}
