using Splice.Daemon.Flows;
using Splice.Wire.Abi;

namespace Splice.Daemon.Takeover;

/// <summary>
/// After a takeover nobody waits for a retransmission timer: both ends of each flow are made to say where they stand, and a
/// backend that has sent more than has arrived is made to repeat it.
/// </summary>
public sealed class FlowWakener(KernelFlows kernel, FlowInjector injector, TimeProvider time)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(1);

    /// <summary>The last one ends half a second after the nudge: by then TCP has repeated by itself.</summary>
    private const int LooksMax = 9;

    /// <summary>Both ends have been asked when it returns; it completes when the last flow goes on, or half a second later.</summary>
    public Task WakeAsync(IReadOnlyList<Flow> flows)
    {
        var waiting = flows.Select(flow => new Standing(flow, in kernel[flow.Slot])).ToList();
        foreach (var flow in flows)
        {
            injector.Nudge(flow);
        }

        return RepeatLostAsync(waiting);
    }

    private async Task RepeatLostAsync(List<Standing> waiting)
    {
        var pause = FirstPause;
        for (var looks = 0; looks < LooksMax && waiting.Count > 0; looks++)
        {
            await Task.Delay(pause, time);
            pause *= 2;
            waiting.RemoveAll(TrySettle);
        }
    }

    /// <summary>False if it must be looked at again.</summary>
    private bool TrySettle(Standing standing)
    {
        var flow = standing.Flow;
        ref var slot = ref kernel[flow.Slot];
        // A backend that continues for another one is behind the client at first, and lost nothing.
        var isContinued = (slot.Flags & SpliceFlags.AckCeiling) != 0;
        if (flow.Ended || isContinued || slot.State != SpliceState.Forward || !flow.Record.Sack)
        {
            return true;
        }

        switch (standing.Look(in slot))
        {
            case Progress.Unknown:
                return false;
            case Progress.Stopped when TailBytes(in slot, flow.Record.ClientMss) is > 0 and var tail:
                injector.ReportLoss(flow, tail);
                return true;
            default:
                return true;
        }
    }

    /// <summary>Two of the largest segments have a whole one between them wherever they begin; the first that is missing is not among them.</summary>
    private static uint TailBytes(in SpliceFlow slot, uint segmentBytes)
    {
        // A FIN that spliced let through is acknowledged, too, but not among what was sent.
        var missing = slot.SentSeqEnd - FlowNumbers.Earlier(slot.SentSeqEnd, slot.ClientAck);
        return missing <= segmentBytes ? 0 : Math.Min(missing - segmentBytes, 2 * segmentBytes);
    }

    private enum Progress
    {
        Unknown,
        Moves,
        Stopped,
    }

    /// <summary>What was last seen of both ends.</summary>
    private sealed class Standing(Flow flow, in SpliceFlow slot)
    {
        private readonly ulong _clientSeenNs = slot.ClientSeenNs;
        private readonly ulong _backendSeenNs = slot.BackendSeenNs;
        private (uint Ack, uint End)? _last;

        public Flow Flow => flow;

        /// <summary>It has stopped if both ends have answered, something is missing, and nothing changes from one look to the next.</summary>
        public Progress Look(in SpliceFlow slot)
        {
            if (slot.ClientSeenNs == _clientSeenNs || slot.BackendSeenNs == _backendSeenNs)
            {
                return Progress.Unknown;
            }

            var now = (slot.ClientAck, slot.SentSeqEnd);
            var before = _last;
            _last = now;
            return before is null ? Progress.Unknown : before == now ? Progress.Stopped : Progress.Moves;
        }
    }
}
