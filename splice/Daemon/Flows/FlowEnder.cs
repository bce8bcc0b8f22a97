using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Splice.Daemon.Configuration;
using Splice.Daemon.Handover;
using Splice.Daemon.Routing;
using Splice.Daemon.Splicing;
using Splice.Daemon.Telemetry;
using Splice.Store;
using Splice.Wire;
using Splice.Wire.Abi;

namespace Splice.Daemon.Flows;

/// <summary>
/// Decides what the end of a connection means. From a backend, FIN and RST are an end only if the answer is complete (I4);
/// otherwise they are a crash and the flow moves.
/// </summary>
public sealed class FlowEnder(
    SplicedConfig config,
    FlowDirectory directory,
    KernelFlows kernel,
    FlowInjector injector,
    FlowStore store,
    Router router,
    InnerPorts ports,
    HandoverQueue handovers,
    FlowCounters counters,
    Durations durations,
    TimeProvider time,
    ILogger<FlowEnder> log)
{
    /// <summary>What ends within so long ends together: stores and proxies are told of all at once.</summary>
    private static readonly TimeSpan Together = TimeSpan.FromMilliseconds(50);

    /// <summary>Thousands of clients may leave at once. A store that is told of all of them in one message answers nobody meanwhile, and
    /// would be taken for dead.</summary>
    private const int EndedAtOnceMax = 64;
    private readonly Queue<(Flow Flow, EndReason Reason, long Since)> _held = [];
    private readonly ConcurrentDictionary<FlowId, ulong> _unremoved = new();

    /// <param name="flow">The flow.</param>
    /// <param name="seq">Sequence number of the FIN or RST.</param>
    /// <param name="reason">Which of them it is.</param>
    /// <param name="atNs">When the kernel saw it, by its own clock.</param>
    public void BackendFinished(Flow flow, uint seq, HandoverReason reason, ulong atNs) => _ = BackendFinishedAsync(flow, seq, reason, atNs);

    public void ClientFinished(Flow flow)
    {
        if (kernel[flow.Slot].State == SpliceState.Orphaned)
        {
            // While it moves, an answer may be in flight: whoever continues it is told, or the client says so again.
            if (!flow.HandsOver)
            {
                EndOrphaned(flow);
            }
        }
        else if ((kernel[flow.Slot].Flags & SpliceFlags.FinReleased) != 0)
        {
            EndSoon(flow, EndReason.BothClosed);
        }
    }

    /// <summary>Nothing is in flight and nobody is left to close the other direction: we do.</summary>
    public void EndOrphaned(Flow flow)
    {
        EndSoon(flow, EndReason.ClosedOrphaned);
        // What the client has acknowledged is all it was sent: SentSeqEnd may count the FIN of a backend that died.
        var seq = kernel[flow.Slot].ClientAck;
        _ = RepeatedFin.SendAsync(() => !flow.Ended && kernel[flow.Slot].ClientAck == seq, () => injector.FinishClient(flow, seq), time);
    }

    /// <summary>Takes the flow out of the maps after a moment in which late packets still find it.</summary>
    public void EndSoon(Flow flow, EndReason reason)
    {
        flow.IsEnding = true;
        lock (_held)
        {
            _held.Enqueue((flow, reason, time.GetTimestamp()));
            if (_held.Count > 1)
            {
                return;
            }
        }

        _ = EndHeldAsync();
    }

    /// <summary>Cuts a flow that cannot be continued, with a reset rather than a silence. Returns at once: the caller may hold its gate.</summary>
    public void Cut(Flow flow, string reason)
    {
        log.LogError("flow {Flow} of {Client} is cut: {Reason}", flow.Id, flow.Record.Client, reason);
        injector.ResetClient(flow);
        flow.IsEnding = true;
        _ = EndAsync(flow, EndReason.Cut);
    }

    /// <summary>Removes from the store the flows that ended while no node answered, lest a scan brings them back.</summary>
    public async Task RemoveEndedAsync()
    {
        foreach (var (id, fence) in _unremoved)
        {
            await RemoveAsync(id, fence);
        }
    }

    /// <summary>Forgets a flow that ended here or elsewhere.</summary>
    public void Forget(Flow flow, EndReason reason)
    {
        if (flow.Ended)
        {
            return;
        }

        flow.Ended = true;
        directory.Remove(flow);
        kernel.Release(flow.Slot, flow.Record);
        ports.Return(flow.Record.Inner.Port);
        router.Find(flow.Record.Backend)?.CountFlow(-1);
        counters.CountEnded(reason);
    }

    private async Task BackendFinishedAsync(Flow flow, uint seq, HandoverReason reason, ulong atNs)
    {
        if (reason is HandoverReason.Rst && (kernel[flow.Slot].Flags & SpliceFlags.FinReleased) != 0)
        {
            // Behind the end of the output it has reached the client: nobody is left who would speak.
            EndSoon(flow, EndReason.BothClosed);
            return;
        }

        var complete = await CompleteOffsetAsync(flow);
        if (complete is { } offset && flow.Record.OutSeq(offset) == seq)
        {
            kernel.SetFlag(flow.Slot, SpliceFlags.FinReleased, true);
            injector.FinishClient(flow, seq);
            if ((kernel[flow.Slot].TrackedFlags & SpliceTracked.ClientFin) != 0)
            {
                EndSoon(flow, EndReason.BothClosed);
            }
        }
        else
        {
            durations.Detection(reason, time.SinceNs(atNs));
            handovers.Request(flow, reason);
        }
    }

    private async Task<ulong?> CompleteOffsetAsync(Flow flow)
    {
        if (flow.Plain is { } plain)
        {
            // Complete is what the answer's own head announced; a server without Content-Length cannot be checked.
            var current = plain.Current;
            return current.Head switch
            {
                { BodyBytes: null } => flow.Record.OutOffset(kernel[flow.Slot].SentSeqEnd, kernel.AckedOffset(flow)),
                { Closes: true } => current.OutputEnd,
                _ when (kernel[flow.Slot].TrackedFlags & SpliceTracked.ClientFin) != 0 => current.OutputEnd,
                _ => null,
            };
        }

        if (flow.CompleteOffset is { } known)
        {
            return known;
        }

        try
        {
            var snapshot = await store.ReadAsync(flow.Id, CancellationToken.None);
            flow.CompleteOffset = snapshot?.CompleteOffset;
        }
        catch (StoreUnavailableException)
        {
            // Without the store nobody can say; treating it as a crash keeps the client's stream whole.
        }

        return flow.CompleteOffset;
    }

    /// <summary>Runs while flows are held.</summary>
    private async Task EndHeldAsync()
    {
        var wait = config.Limits.EndedHold;
        do
        {
            await Task.Delay(wait + Together, time);
            foreach (var some in TakeDue(out wait).Chunk(EndedAtOnceMax))
            {
                var ended = Task.CompletedTask;
                store.SendTogether(() => ended = Task.WhenAll(some.Select(held => EndAsync(held.Flow, held.Reason))));
                // A flow that is being moved holds up its own end, not those of all behind it.
                await Task.WhenAny(ended, Task.Delay(Together, time));
            }
        }
        while (wait > TimeSpan.Zero);
    }

    /// <param name="wait">Until the next is due; zero if none is held.</param>
    private List<(Flow Flow, EndReason Reason, long Since)> TakeDue(out TimeSpan wait)
    {
        var due = new List<(Flow Flow, EndReason Reason, long Since)>();
        lock (_held)
        {
            while (_held.TryPeek(out var first))
            {
                wait = config.Limits.EndedHold - time.GetElapsedTime(first.Since);
                if (wait > TimeSpan.Zero)
                {
                    return due;
                }

                due.Add(_held.Dequeue());
            }
        }

        wait = TimeSpan.Zero;
        return due;
    }

    private async Task EndAsync(Flow flow, EndReason reason)
    {
        await flow.Gate.WaitAsync();
        try
        {
            if (flow.Ended)
            {
                return;
            }

            log.LogDebug("flow {Flow} ended: {Reason}", flow.Id, reason);
            Forget(flow, reason);
        }
        finally
        {
            flow.Gate.Release();
        }

        await RemoveAsync(flow.Id, flow.Record.Fence);
    }

    private async Task RemoveAsync(FlowId id, ulong fence)
    {
        try
        {
            if (await store.RemoveAsync(id, fence, CancellationToken.None))
            {
                _unremoved.TryRemove(id, out _);
                return;
            }
        }
        catch (FenceException)
        {
            // It has a newer owner, which removes it, or is removed already.
            _unremoved.TryRemove(id, out _);
            return;
        }
        catch (StoreUnavailableException)
        {
            // As if no node had taken it.
        }

        _unremoved.TryAdd(id, fence);
    }
}
