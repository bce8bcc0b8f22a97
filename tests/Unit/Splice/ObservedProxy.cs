using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using Splice.Daemon.Accept;
using Splice.Daemon.Configuration;
using Splice.Daemon.Flows;
using Splice.Daemon.Routing;
using Splice.Daemon.Takeover;
using Splice.Daemon.Telemetry;
using Splice.Daemon.Tls;
using Splice.Store;
using Tests.Support;

namespace Tests.Unit.Splice;

/// <summary>The parts of spliced that instruments read, with telemetry wired as in the daemon and served over TCP.</summary>
internal sealed class ObservedProxy : IAsyncDisposable
{
    private readonly DaemonTlsCertificates _files = new();
    private readonly ServiceProvider _services;
    private IAsyncDisposable? _listener;

    private ObservedProxy(FlowStore store, TelemetryConfig telemetry)
    {
        var config = DaemonConfig.Make() with { Telemetry = telemetry };
        var tls = DaemonTlsPair.Config(_files.Make("one", "webmail.lab"));
        _services = new ServiceCollection()
            .AddLogging()
            .AddTelemetry(config.Name, telemetry)
            .AddSingleton(config)
            .AddSingleton(TimeProvider.System)
            .AddSingleton(store)
            .AddSingleton(Memory.Flows)
            .AddSingleton(new FlowDirectory(16))
            .AddSingleton<FlowCounters>().AddSingleton<AnswerCounters>().AddSingleton<HandshakeCounters>()
            .AddSingleton<Router>().AddSingleton<ActiveState>()
            .AddSingleton(new CertificateStore(tls, TimeProvider.System, NullLogger<CertificateStore>.Instance))
            .AddSingleton<FlowInstruments>().AddSingleton<StoreInstruments>().AddSingleton<TlsInstruments>()
            .AddSingleton(provider => new KernelInstruments(provider.GetRequiredService<Meter>(), () => Drops, Memory.Events))
            .BuildServiceProvider();
        Metrics = Get<MeterProvider>();
        _ = (Get<FlowInstruments>(), Get<StoreInstruments>(), Get<TlsInstruments>(), Get<KernelInstruments>());
    }

    public KernelMemory Memory { get; } = new(eventsHandled: 1000, eventsWritten: 1024);

    public ulong[] Drops { get; } = new ulong[16];

    public MeterProvider Metrics { get; }

    public IPEndPoint EndPoint { get; } = new(IPAddress.Loopback, FreePort.Find());

    public static async Task<ObservedProxy> StartAsync(FlowStore store, TelemetryConfig? telemetry = null)
    {
        var proxy = new ObservedProxy(store, telemetry ?? new TelemetryConfig());
        proxy._listener = await MetricsListener.StartAsync(proxy.EndPoint, proxy.Metrics, NullLogger.Instance);
        Assert.NotNull(proxy._listener);
        return proxy;
    }

    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    /// <summary>Sends what spans there are to the collector.</summary>
    public bool Flush() => Get<TracerProvider>().ForceFlush(5000);

    public async Task<PrometheusText> ScrapeAsync()
    {
        using var client = new HttpClient();
        return PrometheusText.Parse(await client.GetStringAsync($"http://{EndPoint}/metrics", TestContext.Current.CancellationToken));
    }

    public async ValueTask DisposeAsync()
    {
        await (_listener?.DisposeAsync() ?? default);
        await _services.DisposeAsync();
        Memory.Dispose();
        _files.Dispose();
    }
}
