using System.Diagnostics.Metrics;
using Splice.Daemon.Tls;

namespace Splice.Daemon.Telemetry;

/// <summary>HTTPS: handshakes and certificates, read when somebody asks.</summary>
internal sealed class TlsInstruments
{
    private static readonly KeyValuePair<string, object?> Ok = new("result", "ok");
    private static readonly KeyValuePair<string, object?>[] Failures = Labels.Of<HandshakeFailure>("result");
    private readonly HandshakeCounters _handshakes;
    private readonly CertificateStore _certificates;

    public TlsInstruments(Meter meter, HandshakeCounters handshakes, CertificateStore certificates)
    {
        (_handshakes, _certificates) = (handshakes, certificates);
        meter.CreateObservableUpDownCounter("splice.tls.handshakes.running", () => handshakes.Running, null, "TLS handshakes under way.");
        meter.CreateObservableCounter("splice.tls.handshakes", Handshakes, null, "TLS handshakes, by result.");
        meter.CreateObservableGauge(
            "splice.tls.certificate.not_after.timestamp", Ends, "s", "When the certificate in force ends, in seconds since the Unix epoch.");
    }

    private IEnumerable<Measurement<long>> Handshakes() =>
        Failures.Select((label, i) => new Measurement<long>(_handshakes.Failed((HandshakeFailure)i), label)).Prepend(new(_handshakes.Ok, Ok));

    private IEnumerable<Measurement<long>> Ends() => _certificates.All.Select(item => new Measurement<long>(
        item.Certificate.NotAfter.ToUnixTimeSeconds(), new KeyValuePair<string, object?>("file", item.File)));
}
