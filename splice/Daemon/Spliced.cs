using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Metrics;
using Splice.Daemon.Accept;
using Splice.Daemon.Configuration;
using Splice.Daemon.Control;
using Splice.Daemon.Detection;
using Splice.Daemon.Flows;
using Splice.Daemon.Handover;
using Splice.Daemon.Injection;
using Splice.Daemon.Kernel;
using Splice.Daemon.Routing;
using Splice.Daemon.Splicing;
using Splice.Daemon.Takeover;
using Splice.Daemon.Telemetry;
using Splice.Daemon.Tls;
using Splice.Store;
using Splice.Wire;
using Splice.Wire.Abi;

namespace Splice.Daemon;

/// <summary>
/// Composition root. The order is the order of need: the kernel program first, then the flows that are already in it, then
/// the ring, and only when everything could be answered the listener.
/// </summary>
public static class Spliced
{
    public static async Task RunAsync(SplicedConfig config)
    {
        ThreadPool.SetMinThreads(16, 16);
        using var program = KernelProgram.Load(config.KernelObject, config.PinPath, (uint)config.FlowsMax, config.FrontDevice, config.BackDevice);
        await using var app = Build(config, program);
        var services = app.Services;

        var watcher = services.GetRequiredService<AddressWatcher>();
        watcher.Look();
        services.GetRequiredService<ServiceAddresses>().AwaitFlows();
        if (await services.GetRequiredService<FlowSync>().StartAsync(CancellationToken.None))
        {
            FreeStrangers(services);
        }

        services.GetRequiredService<InnerPorts>().Exclude(services.GetRequiredService<KernelFlows>().InnerPorts());

        app.MapControl(
            services.GetRequiredService<StatusReader>(), services.GetRequiredService<Router>(), services.GetService<CertificateStore>());
        MakeInstruments(services, config);
        await app.StartAsync();
        File.SetUnixFileMode(config.ControlSocket, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite);

        var stopping = app.Lifetime.ApplicationStopping;
        services.GetRequiredService<HeartbeatReceiver>().Start();
        var events = services.GetRequiredService<FlowEvents>();
        program.Events.Start(events.Handle, events.EndBatch);
        var coordinator = services.GetRequiredService<HandoverCoordinator>();
        var takeover = services.GetRequiredService<TakeoverCoordinator>();
        Task[] loops =
        [
            services.GetRequiredService<HandoverQueue>().RunAsync(coordinator.HandleAsync, coordinator.IsMoot, stopping),
            services.GetRequiredService<FlowSync>().RunAsync(stopping),
            services.GetRequiredService<PlainProber>().RunAsync(stopping),
            services.GetRequiredService<IdleSweeper>().RunAsync(stopping),
            services.GetRequiredService<BackendDrain>().RunAsync(stopping),
            services.GetRequiredService<FlowRenewal>().RunAsync(stopping),
            watcher.RunAsync(takeover.TakeOverAsync, stopping),
            services.GetRequiredService<AbsenceWatcher>().RunAsync(stopping),
            services.GetRequiredService<Listener>().RunAsync(stopping),
            .. services.GetService<CertificateStore>() is { } certificates ? [certificates.RunAsync(stopping)] : Array.Empty<Task>(),
        ];
        services.GetRequiredService<ILogger<FlowSync>>().LogInformation(
            "spliced {Name} serves {Address}, {Ports}, {Flows} flows inherited", config.Name,
            string.Join(", ", config.AddressPairs.Select(pair => pair.Virtual)),
            config.Tls is { } tls ? $"HTTP on {config.Port} and HTTPS on {tls.Port}" : $"HTTP on {config.Port}",
            services.GetRequiredService<FlowDirectory>().Count);

        // Clients first.
        await using var metrics = config.Telemetry.MetricsEndpoint is { } endPoint
            ? await MetricsListener.StartAsync(endPoint, services.GetRequiredService<MeterProvider>(), services.GetRequiredService<ILogger<FlowInstruments>>())
            : null;

        // A loop that ends by itself is a bug: let it take the process down, spliced flows do not notice.
        await Task.WhenAny([.. loops, app.WaitForShutdownAsync()]);
        program.Events.Stop();
        // Whoever still reads the tables is waited for: they go with the program.
        await app.StopAsync();
        foreach (var loop in loops.Where(loop => loop.IsFaulted))
        {
            services.GetRequiredService<ILogger<FlowSync>>().LogCritical(loop.Exception, "spliced {Name} ends", config.Name);
            await loop;
        }
    }

    private static WebApplication Build(SplicedConfig config, KernelProgram program)
    {
        File.Delete(config.ControlSocket);
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions
        {
            // Otherwise every folder below the working directory, which may be the root, is watched for changed settings.
            Args = ["--hostBuilder:reloadConfigOnChange=false"],
            ContentRootPath = AppContext.BaseDirectory,
        });
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenUnixSocket(config.ControlSocket));
        builder.Logging.ClearProviders().AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.UseUtcTimestamp = true;
            console.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ ";
        });
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning);
        AddParts(builder.Services, config, program);
        return builder.Build();
    }

    private static void AddParts(IServiceCollection services, SplicedConfig config, KernelProgram program)
    {
        services.AddSingleton(config);
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(program.Connecting);
        services.AddSingleton(program.Drops);
        services.AddSingleton(program.Services);
        services.AddSingleton(new KernelFlows(
            program.Flows, program.Legs, KernelDevice.IfIndex(config.FrontDevice), KernelDevice.IfIndex(config.BackDevice)));
        services.AddSingleton(new FlowDirectory(config.FlowsMax));
        services.AddSingleton(provider => FlowStore.Connect(
            new StoreOptions { Nodes = config.Stores, ClusterKey = config.ClusterKey, Machine = config.Name, Watch = true, RefillEverything = true },
            TimeProvider.System,
            provider.GetRequiredService<ILogger<FlowStore>>()));
        services.AddTelemetry(config.Name, config.Telemetry);
        services.AddSingleton(provider => new KernelInstruments(provider.GetRequiredService<Meter>(), program.Drops.Read, program.Events));
        services.AddSingleton(new InnerPorts(config.InnerPortFirst, config.InnerPortLast));
        foreach (var part in (Type[])
        [
            typeof(PacketInjector), typeof(FlowInjector), typeof(ClientFin), typeof(FlowCounters), typeof(AnswerCounters), typeof(Router), typeof(ActiveState),
            typeof(RecentEvents), typeof(HandoverQueue), typeof(BackendConnector), typeof(FlowEnder), typeof(FlowInput), typeof(FlowEvents),
            typeof(HandoverPlanner), typeof(HandoverJoiner), typeof(PlainReplay), typeof(HandoverCoordinator), typeof(BackendEvacuation), typeof(BackendWatch),
            typeof(HeartbeatReceiver), typeof(PlainProber), typeof(IdleSweeper), typeof(BackendDrain), typeof(FlowRenewal), typeof(AddressWatcher), typeof(ServiceAddresses),
            typeof(FlowSync), typeof(FlowWakener), typeof(TakeoverCoordinator), typeof(AbsenceWatcher), typeof(HandshakeCounters), typeof(Admission), typeof(ClientAnswerer),
            typeof(ConnectionJoiner), typeof(ConnectionSplicer), typeof(Listener), typeof(StatusReader), typeof(FlowInstruments), typeof(StoreInstruments),
        ])
        {
            services.AddSingleton(part);
        }

        if (config.Tls is { } tls)
        {
            services.AddSingleton(tls);
            services.AddSingleton<CertificateStore>();
            services.AddSingleton(provider => new TicketKeys(config.ClusterKey, provider.GetRequiredService<TimeProvider>()));
            services.AddSingleton<TlsAcceptor>();
            services.AddSingleton<TlsInstruments>();
        }
    }

    /// <summary>Nobody else asks for them: what reads counters has no caller but the meter.</summary>
    private static void MakeInstruments(IServiceProvider services, SplicedConfig config)
    {
        services.GetRequiredService<FlowInstruments>();
        services.GetRequiredService<StoreInstruments>();
        services.GetRequiredService<KernelInstruments>();
        if (config.Tls is not null)
        {
            services.GetRequiredService<TlsInstruments>();
        }
    }

    /// <summary>Slots of an earlier run whose flows the store no longer knows, or that were never committed.</summary>
    private static void FreeStrangers(IServiceProvider services)
    {
        var kernel = services.GetRequiredService<KernelFlows>();
        var directory = services.GetRequiredService<FlowDirectory>();
        foreach (var slot in kernel.Inherited().Where(slot => !directory.Has(slot)).ToList())
        {
            kernel.Clear(slot);
        }
    }
}
