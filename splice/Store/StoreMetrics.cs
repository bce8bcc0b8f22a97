using System.Diagnostics.Metrics;

namespace Splice.Store;

/// <summary>The meter Splice.Store. It costs a comparison while nobody listens.</summary>
public static class StoreMetrics
{
    public const string MeterName = "Splice.Store";
    private static readonly Meter Meter = new(MeterName);
    private static readonly Histogram<double> WriteDuration = Meter.CreateHistogram(
        "splice.store.write.duration", "s", "Round trip of a write to a store node, the wait for its batch included.", null,
        new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1] });

    /// <param name="elapsed">From sending it to the answer.</param>
    /// <param name="node">The label that names the node.</param>
    internal static void Wrote(TimeSpan elapsed, KeyValuePair<string, object?> node)
    {
        if (WriteDuration.Enabled)
        {
            WriteDuration.Record(elapsed.TotalSeconds, node);
        }
    }
}
