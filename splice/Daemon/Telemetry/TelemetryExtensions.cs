using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Splice.Daemon.Configuration;
using Splice.Store;

namespace Splice.Daemon.Telemetry;

/// <summary>Instruments, and who listens to them.</summary>
internal static class TelemetryExtensions
{
    private const string MeterName = "Splice.Daemon";

    /// <summary>The runtime's own: collections and their pauses, threads, memory.</summary>
    private const string RuntimeMeterName = "System.Runtime";

    /// <summary>Spans that nobody takes are dropped, and a restart does not wait for a collector that is away.</summary>
    private const int ExportMilliseconds = 1000;

    /// <summary>Metrics for whoever asks, spans for the collector if one is configured.</summary>
    /// <param name="services">The parts that the instruments read.</param>
    /// <param name="proxy">Name of this proxy.</param>
    /// <param name="config">Section telemetry.</param>
    public static IServiceCollection AddTelemetry(this IServiceCollection services, string proxy, TelemetryConfig config)
    {
        services.AddSingleton(_ => new Meter(MeterName));
        services.AddSingleton<Durations>();
        services.AddSingleton<FlowCensus>();
        var telemetry = services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService("spliced", "splice", SplicedVersion.Text, false, proxy))
            .WithMetrics(metrics => metrics
                .AddMeter(MeterName, StoreMetrics.MeterName, RuntimeMeterName)
                .AddPrometheusExporter(options => (options.ScopeInfoEnabled, options.TargetInfoEnabled) = (false, false)));
        if (config.OtlpEndpoint is { } collector)
        {
            telemetry.WithTracing(traces => traces.AddSource(SpliceTrace.Name).AddOtlpExporter(otlp =>
            {
                otlp.Protocol = OtlpExportProtocol.HttpProtobuf;
                otlp.Endpoint = TracesOf(collector);
                otlp.TimeoutMilliseconds = ExportMilliseconds;
            }));
        }

        return services;
    }

    /// <summary>Where spans go below a collector's base address (OTLP 1.0, OTLP/HTTP).</summary>
    internal static Uri TracesOf(Uri collector) => new(new Uri(collector.AbsoluteUri.TrimEnd('/') + "/"), "v1/traces");
}
