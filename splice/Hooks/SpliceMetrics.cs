using System.Diagnostics.Metrics;

namespace Splice.Hooks;

/// <summary>Counters of the meter Splice.Hooks.</summary>
internal sealed class SpliceMetrics : IDisposable
{
    private readonly Meter _meter = new("Splice.Hooks");
    private readonly Counter<long> _preamblesRefused;
    private readonly Counter<long> _divergences;
    private readonly Counter<long> _handovers;

    public SpliceMetrics()
    {
        _preamblesRefused = _meter.CreateCounter<long>("splice.preambles.refused");
        _divergences = _meter.CreateCounter<long>("splice.divergences");
        _handovers = _meter.CreateCounter<long>("splice.handovers");
    }

    public void PreambleRefused() => _preamblesRefused.Add(1);

    public void Diverged() => _divergences.Add(1);

    public void HandedOver() => _handovers.Add(1);

    public void Dispose() => _meter.Dispose();
}
