using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Splice.Hooks;

/// <summary>Services of a backend.</summary>
public static class SpliceServiceCollectionExtensions
{
    /// <summary>Of a dead backend's flows thousands come at once, faster than they are accepted. One that finds no place waits for a
    /// second, as long as TCP takes to ask again. The kernel takes less if <c>net.core.somaxconn</c> is less.</summary>
    private const int BacklogMax = 16 * 1024;

    /// <summary>Makes this application a backend: its journal, the flow store, heartbeats to the proxies.</summary>
    /// <remarks>Together with <c>listenOptions.UseSplice()</c> on the endpoint the proxies connect to and
    /// <c>app.UseSplice()</c> as the first middleware.</remarks>
    public static IServiceCollection AddSplice(this IServiceCollection services, SpliceOptions options)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(options);
        services.AddSingleton(options);
        services.TryAddSingleton<SpliceMetrics>();
        services.TryAddSingleton<OpenFiles>();
        services.TryAddSingleton<SpliceBackend>();
        services.AddSingleton<IMemoryPoolFactory<byte>, TransportMemory>();
        services.Configure<SocketTransportOptions>(options =>
        {
            options.MaxWriteBufferSize = OutputMemory.UnsentBytesMax;
            options.Backlog = BacklogMax;
        });
        services.AddHostedService<ExitGuard>();
        services.AddHostedService<HeartbeatSender>();
        return services.AddSplicePassThrough();
    }

    /// <summary>The same <see cref="IJournal"/> for an application on ordinary endpoints, without journal or proxies.</summary>
    public static IServiceCollection AddSplicePassThrough(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAddScoped<JournalScope>();
        services.TryAddScoped(provider => provider.GetRequiredService<JournalScope>().Journal);
        return services;
    }
}
