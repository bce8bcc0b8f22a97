using System.Net;

namespace Splice.Daemon.Configuration;

/// <summary>What spliced tells people's instruments, beyond its control socket. Without this section: nothing.</summary>
public sealed record TelemetryConfig
{
    /// <summary>Where <c>GET /metrics</c> is answered over TCP, to whoever reaches it; null for the control socket only.</summary>
    public IPEndPoint? MetricsEndpoint { get; init; }

    /// <summary>Base address of an OpenTelemetry collector that takes OTLP over HTTP; null to make no spans at all.</summary>
    public Uri? OtlpEndpoint { get; init; }
}
