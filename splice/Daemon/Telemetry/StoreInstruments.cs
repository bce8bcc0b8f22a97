using System.Diagnostics.Metrics;
using Splice.Store;

namespace Splice.Daemon.Telemetry;

/// <summary>The flow store's nodes as this proxy sees them, read when somebody asks.</summary>
internal sealed class StoreInstruments
{
    private readonly FlowStore _store;

    public StoreInstruments(Meter meter, FlowStore store)
    {
        _store = store;
        meter.CreateObservableGauge("splice.protected", () => store.IsProtected ? 1 : 0, null, "1 if flow state is on another machine.");
        meter.CreateObservableGauge("splice.store.healthy", Healthy, null, "1 if the store node answers and has everything.");
        meter.CreateObservableGauge("splice.store.lag", Lag, "s", "Smoothed round trip to the store node.");
    }

    private IEnumerable<Measurement<int>> Healthy() => _store.Nodes.Select(node => new Measurement<int>(node.Healthy ? 1 : 0, Label(node)));

    private IEnumerable<Measurement<double>> Lag() => _store.Nodes.Select(node => new Measurement<double>(node.LagMilliseconds / 1000, Label(node)));

    private static KeyValuePair<string, object?> Label(StoreNodeStatus node) => new("store", node.Name);
}
