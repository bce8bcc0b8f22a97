using System.Diagnostics.Metrics;
using Splice.Daemon.Handover;

namespace Splice.Daemon.Telemetry;

/// <summary>
/// How long things take, in seconds: the only instruments that are written when something happens, at some 100 ns each. All others
/// are read from counters that exist anyway, when somebody asks. Nothing here is touched per packet.
/// </summary>
public sealed class Durations
{
    private const string Reason = "reason";
    private static readonly KeyValuePair<string, object?>[] Reasons = Labels.Of<HandoverReason>(Reason);
    private readonly Histogram<double> _setup;
    private readonly Histogram<double> _handshake;
    private readonly Histogram<double> _detection;
    private readonly Histogram<double> _handover;
    private readonly Histogram<double> _takeover;

    public Durations(Meter meter)
    {
        // A set-up takes about a millisecond; what a client feels as a pause begins at some hundred.
        double[] short_ = [0.0005, 0.001, 0.002, 0.003, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10];
        double[] pause = [0.002, 0.005, 0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.5, 1, 2, 5, 10, 30, 60];
        _setup = Make("splice.setup.duration", "From accepting a connection to its splice in the kernel.", short_);
        _handshake = Make("splice.tls.handshake.duration", "TLS handshakes that succeeded, the wait for a place included.", short_);
        _detection = Make("splice.detection.duration", "From a backend's last sign of life, or its FIN or RST, to the decision to move flows.", pause);
        _handover = Make("splice.handover.duration", "Pause of a flow that moved: from the decision to the first packet that can flow.", pause);
        _takeover = Make("splice.takeover.duration", "From noticing the virtual address here to having adopted every flow.", pause);

        Histogram<double> Make(string name, string what, double[] bounds) =>
            meter.CreateHistogram(name, "s", what, null, new InstrumentAdvice<double> { HistogramBucketBoundaries = bounds });
    }

    public void Setup(TimeSpan duration) => _setup.Record(duration.TotalSeconds);

    public void Handshake(TimeSpan duration) => _handshake.Record(duration.TotalSeconds);

    public void Detection(HandoverReason reason, TimeSpan duration) => _detection.Record(duration.TotalSeconds, Reasons[(int)reason]);

    public void Handover(HandoverReason reason, TimeSpan duration) => _handover.Record(duration.TotalSeconds, Reasons[(int)reason]);

    public void Takeover(TimeSpan duration) => _takeover.Record(duration.TotalSeconds);
}
