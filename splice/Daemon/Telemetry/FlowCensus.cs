using Splice.Daemon.Flows;
using Splice.Daemon.Routing;
using Splice.Wire.Abi;

namespace Splice.Daemon.Telemetry;

/// <summary>Counts all flows in one pass, whichever instrument asks first: several ask within a moment, and flows may be many.</summary>
internal sealed class FlowCensus(FlowDirectory directory, KernelFlows kernel, Router router, TimeProvider time)
{
    private static readonly TimeSpan AgeMax = TimeSpan.FromMilliseconds(100);
    private readonly Lock _lock = new();
    private FlowNumbersModel? _last;
    private long _at;

    public FlowNumbersModel Read()
    {
        lock (_lock)
        {
            if (_last is null || time.GetElapsedTime(_at) > AgeMax)
            {
                _last = Count();
                _at = time.GetTimestamp();
            }

            return _last;
        }
    }

    private FlowNumbersModel Count()
    {
        // Every series is always there, or a rate would begin with a gap.
        var flows = new Dictionary<(string Backend, SpliceState State), int>();
        foreach (var backend in router.Backends)
        {
            foreach (var state in (SpliceState[])[SpliceState.Held, SpliceState.Forward, SpliceState.Orphaned])
            {
                flows[(backend.Name, state)] = 0;
            }
        }

        var waiting = 0UL;
        var traffic = default(TrafficNumbers);
        foreach (var flow in directory.All)
        {
            ref var slot = ref kernel[flow.Slot];
            if (slot.State is var state and not SpliceState.Free)
            {
                var key = (flow.Record.Backend, state);
                flows[key] = flows.GetValueOrDefault(key) + 1;
                traffic += TrafficNumbers.Of(slot);
            }

            waiting += flow.Input.WaitingBytes;
        }

        return new FlowNumbersModel(flows, waiting, kernel.Traffic.Total(traffic));
    }
}

/// <summary>What a pass over all flows finds.</summary>
/// <param name="Flows">How many, by backend and by what the kernel program does with them.</param>
/// <param name="InputWaitingBytes">Tapped, and not in the flow store yet.</param>
/// <param name="Traffic">Forwarded in all.</param>
internal sealed record FlowNumbersModel(
    IReadOnlyDictionary<(string Backend, SpliceState State), int> Flows, ulong InputWaitingBytes, TrafficNumbers Traffic);
