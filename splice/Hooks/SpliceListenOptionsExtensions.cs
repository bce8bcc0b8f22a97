using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Splice.Hooks;

/// <summary>Endpoints behind the splice.</summary>
public static class SpliceListenOptionsExtensions
{
    /// <summary>Longer than the proxies' limit, and not infinite: Kestrel adds it to its clock, infinite overflows, and a
    /// connection is closed within a second.</summary>
    private static readonly TimeSpan LongestIdle = TimeSpan.FromDays(1);

    /// <summary>Only proxies of the appliance may connect to this endpoint; it speaks HTTP/1.1.</summary>
    /// <remarks>Sets server limits that contradict replay: an answer waits behind a closed window for as long as a handover
    /// takes, so minimum data rates are switched off for the server. So is the time that a connection may be idle: the proxies'
    /// own limit decides, which sees what the client's kernel says too.</remarks>
    public static ListenOptions UseSplice(this ListenOptions listenOptions)
    {
        ArgumentNullException.ThrowIfNull(listenOptions);
        var services = listenOptions.ApplicationServices;
        listenOptions.Protocols = HttpProtocols.Http1;
        listenOptions.KestrelServerOptions.AddServerHeader = false;
        listenOptions.KestrelServerOptions.Limits.MinRequestBodyDataRate = null;
        listenOptions.KestrelServerOptions.Limits.MinResponseDataRate = null;
        listenOptions.KestrelServerOptions.Limits.KeepAliveTimeout = LongestIdle;
        // Made at start, not at the first connection, so that the store is connected by then.
        services.GetRequiredService<SpliceBackend>();
        listenOptions.Use(next =>
            ActivatorUtilities.CreateInstance<SpliceConnectionMiddleware>(services, next).OnConnectionAsync);
        return listenOptions;
    }
}
