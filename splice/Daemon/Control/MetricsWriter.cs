using System.Globalization;
using System.Text;

namespace Splice.Daemon.Control;

/// <summary>The status in Prometheus' text format.</summary>
internal static class MetricsWriter
{
    public static string Write(StatusModel status)
    {
        var text = new StringBuilder();
        Gauge(text, "splice_active", "1 if this proxy has the virtual address.", status.Active ? 1 : 0);
        Gauge(text, "splice_protected", "1 if flow state is on another machine.", status.Protected ? 1 : 0);
        Gauge(text, "splice_flows", "Flows in the map.", status.Flows.Spliced);
        Gauge(text, "splice_flows_orphaned", "Flows without a backend.", status.Flows.Orphaned);
        Gauge(text, "splice_connecting", "Connections not spliced yet.", status.Flows.Connecting);
        Counter(text, "splice_accepted_total", "Connections accepted.", [("", status.Counters.Accepted)]);
        Counter(text, "splice_spliced_total", "Connections spliced.", [("", status.Counters.Spliced)]);
        Counter(text, "splice_handovers_total", "Flows moved to another backend.",
            [("{result=\"ok\"}", status.Counters.Handovers), ("{result=\"failed\"}", status.Counters.HandoversFailed)]);
        Counter(text, "splice_takeovers_total", "Times this proxy adopted the virtual address.", [("", status.Counters.Takeovers)]);
        Counter(text, "splice_ended_total", "Flows ended.", [("", status.Counters.Ended)]);
        Counter(text, "splice_drops_total", "Packets dropped, by reason.",
            status.Drops.Select(drop => ($"{{reason=\"{drop.Reason}\"}}", (long)drop.Packets)));
        Counter(text, "splice_answers_total", "Answers given by spliced itself, by status.",
            status.Answers.Select(answer => ($"{{status=\"{answer.Status}\"}}", answer.Count)));
        Family(text, "splice_backend_healthy", "gauge", "1 if the backend is healthy.",
            status.Backends.Select(backend => ($"{{backend=\"{backend.Name}\"}}", backend.Healthy ? 1L : 0L)));
        Family(text, "splice_store_healthy", "gauge", "1 if the store node answers.",
            status.Stores.Select(store => ($"{{store=\"{store.Name}\"}}", store.Healthy ? 1L : 0L)));
        if (status.Tls is { } tls)
        {
            WriteTls(text, tls);
        }

        return text.ToString();
    }

    private static void WriteTls(StringBuilder text, TlsModel tls)
    {
        Gauge(text, "splice_tls_handshakes_running", "TLS handshakes under way.", tls.HandshakesRunning);
        Counter(text, "splice_tls_handshakes_total", "TLS handshakes, by result.",
            [("{result=\"ok\"}", tls.Handshakes), .. tls.HandshakesFailed.Select(failure => ($"{{result=\"{failure.Reason}\"}}", failure.Count))]);
        Family(text, "splice_tls_certificate_expiry_days", "gauge", "Whole days until the certificate ends; below 0 after.",
            tls.Certificates.Select(certificate => ($"{{file=\"{Escaped(certificate.File)}\"}}", (long)Math.Floor(certificate.ExpiresInDays))));
    }

    private static string Escaped(string label) =>
        label.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);

    private static void Gauge(StringBuilder text, string name, string help, long value) => Family(text, name, "gauge", help, [("", value)]);

    private static void Counter(StringBuilder text, string name, string help, IEnumerable<(string Labels, long Value)> samples) =>
        Family(text, name, "counter", help, samples);

    private static void Family(StringBuilder text, string name, string type, string help, IEnumerable<(string Labels, long Value)> samples)
    {
        text.Append(CultureInfo.InvariantCulture, $"# HELP {name} {help}\n# TYPE {name} {type}\n");
        foreach (var (labels, value) in samples)
        {
            text.Append(CultureInfo.InvariantCulture, $"{name}{labels} {value}\n");
        }
    }
}
