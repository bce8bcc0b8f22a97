using System.Net;

namespace Splice.Daemon.Configuration;

/// <summary>Checks the section <c>telemetry</c>.</summary>
internal static class TelemetrySection
{
    /// <param name="raw">The section; null if there is none.</param>
    /// <param name="pairs">The addresses of clients, who must not be told, and those that move between the proxies.</param>
    /// <param name="check">Checks single values.</param>
    /// <param name="mistakes">Takes what is wrong.</param>
    public static TelemetryConfig Check(
        RawTelemetry? raw, IReadOnlyList<AddressPair> pairs, ConfigCheck check, List<string> mistakes)
    {
        var metrics = raw?.MetricsEndpoint is { } endPoint ? check.EndPoint("telemetry.metricsEndpoint", endPoint) : null;
        if (metrics is not null && WhyNot(metrics.Address, pairs) is { } why)
        {
            mistakes.Add($"telemetry.metricsEndpoint: {metrics.Address} {why}; use this machine's own address on the inner network");
        }

        return new TelemetryConfig
        {
            MetricsEndpoint = metrics,
            OtlpEndpoint = raw?.OtlpEndpoint is { } url ? check.HttpUrl("telemetry.otlpEndpoint", url) : null,
        };
    }

    private static string? WhyNot(IPAddress address, IReadOnlyList<AddressPair> pairs)
    {
        if (address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any))
        {
            return "is every address, that of clients too";
        }

        if (pairs.Any(pair => pair.Virtual.Equals(address)))
        {
            return "is a virtual address, which clients reach";
        }

        return pairs.Any(pair => pair.Inner.Equals(address)) ? "moves between the proxies, so nobody would know whose metrics they are" : null;
    }
}

/// <summary>The section as it is written.</summary>
internal sealed record RawTelemetry(string? MetricsEndpoint = null, string? OtlpEndpoint = null);
