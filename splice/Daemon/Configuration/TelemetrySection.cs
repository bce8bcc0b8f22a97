using System.Net;

namespace Splice.Daemon.Configuration;

/// <summary>Checks the section <c>telemetry</c>.</summary>
internal static class TelemetrySection
{
    /// <param name="raw">The section; null if there is none.</param>
    /// <param name="virtualAddress">The address of clients, who must not be told.</param>
    /// <param name="innerAddress">The address of backends, which moves between the proxies.</param>
    /// <param name="check">Checks single values.</param>
    /// <param name="mistakes">Takes what is wrong.</param>
    public static TelemetryConfig Check(
        RawTelemetry? raw, IPAddress virtualAddress, IPAddress innerAddress, ConfigCheck check, List<string> mistakes)
    {
        var metrics = raw?.MetricsEndpoint is { } endPoint ? check.EndPoint("telemetry.metricsEndpoint", endPoint) : null;
        if (metrics is not null && WhyNot(metrics.Address, virtualAddress, innerAddress) is { } why)
        {
            mistakes.Add($"telemetry.metricsEndpoint: {metrics.Address} {why}; use this machine's own address on the inner network");
        }

        return new TelemetryConfig
        {
            MetricsEndpoint = metrics,
            OtlpEndpoint = raw?.OtlpEndpoint is { } url ? check.HttpUrl("telemetry.otlpEndpoint", url) : null,
        };
    }

    private static string? WhyNot(IPAddress address, IPAddress virtualAddress, IPAddress innerAddress)
    {
        if (address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any))
        {
            return "is every address, that of clients too";
        }

        if (address.Equals(virtualAddress))
        {
            return "is the virtual address, which clients reach";
        }

        return address.Equals(innerAddress) ? "moves between the proxies, so nobody would know whose metrics they are" : null;
    }
}

/// <summary>The section as it is written.</summary>
internal sealed record RawTelemetry(string? MetricsEndpoint = null, string? OtlpEndpoint = null);
