using Splice.Wire.Abi;

namespace Tests.Simulation.Proxies;

/// <summary>The ring through which the kernel program tells spliced. It has an end: log or drop.</summary>
internal sealed class EventQueue
{
    private const int EventsMax = 256;
    private readonly Queue<(SpliceEvent Event, byte[] Payload)> _events = new();

    /// <summary>Called when there is something after there was nothing.</summary>
    public Action Filled { get; set; } = () => { };

    public bool TryAdd(SpliceEvent one, byte[] payload)
    {
        if (_events.Count == EventsMax)
        {
            return false;
        }

        _events.Enqueue((one, payload));
        if (_events.Count == 1)
        {
            Filled();
        }

        return true;
    }

    public bool TryTake(out (SpliceEvent Event, byte[] Payload) one) => _events.TryDequeue(out one);

    public void Clear() => _events.Clear();
}
