using Microsoft.Extensions.Logging;
using Splice.Daemon.Configuration;
using Splice.Daemon.Flows;
using Splice.Daemon.Handover;
using Splice.Daemon.Routing;
using Splice.Daemon.Telemetry;
using Splice.Store;
using Splice.Wire.Abi;

namespace Splice.Daemon.Takeover;

/// <summary>
/// Adopts the flows of the proxy that had an address before (DESIGN 7.5). Their packets are translated already; what is
/// left is to wake stalled ends, to learn how much input was logged, and to move flows off backends that died with it.
/// </summary>
public sealed class TakeoverCoordinator(
    SplicedConfig config,
    FlowDirectory directory,
    KernelFlows kernel,
    FlowWakener wakener,
    ClientFin clientFin,
    FlowStore store,
    Router router,
    HandoverQueue handovers,
    FlowCounters counters,
    Durations durations,
    RecentEvents recent,
    TimeProvider time,
    ILogger<TakeoverCoordinator> log)
{
    private const int RefreshesMax = 32;
    private readonly Lock _replicationOrder = new();
    private Task _replication = Task.CompletedTask;

    /// <summary>Adopts the flows of the addresses that have come; those of other pairs are somebody else's.</summary>
    public async Task TakeOverAsync(AddressPair pair)
    {
        var start = time.GetTimestamp();
        var flows = directory.All.Where(flow => pair.Serves(flow.Record.Virtual)).ToList();
        using var spans = new SpanSteps(SpliceTrace.Begin("takeover")?.SetTag("splice.proxy", config.Name).SetTag("splice.flows", flows.Count));
        spans.Enter("nudge");
        foreach (var flow in flows)
        {
            // What this proxy tracked is as old as the flow's record; a ceiling computed from it would stall the backend.
            kernel.SetFlag(flow.Slot, SpliceFlags.AckCeiling, false);
        }

        _ = wakener.WakeAsync(flows);
        spans.Enter("adopt");
        await Parallel.ForEachAsync(
            flows,
            new ParallelOptions { MaxDegreeOfParallelism = RefreshesMax, TaskScheduler = TaskScheduler.Current },
            async (flow, _) => await AdoptAsync(flow));
        var duration = time.GetElapsedTime(start);
        counters.CountTakeover();
        durations.Takeover(duration);
        recent.AddTakeover(config.Name, duration);
        log.LogWarning("took over {Flows} flows of {Address} in {Duration:0.0} ms", flows.Count, pair.Virtual, duration.TotalMilliseconds);
        lock (_replicationOrder)
        {
            if (_replication.IsCompleted)
            {
                // Nobody waits for it: what only one node has of the dead proxy's writes is on two again before the next failure.
                _replication = store.ReplicateAsync(CancellationToken.None);
            }
        }
    }

    private async Task AdoptAsync(Flow flow)
    {
        try
        {
            await LoggedInput.RefreshAsync(store, kernel, flow);
            kernel[flow.Slot].LoggedSeq = flow.Record.InSeq(flow.Input.Logged) + (flow.ClientFinLogged ? 1u : 0);
            clientFin.PassOn(flow);
            if (flow.Plain is { } plain && await store.ReadAsync(flow.Id, CancellationToken.None) is { } snapshot)
            {
                var input = await store.ReadInputAsync(flow.Id, snapshot.Request.InputOffset, CancellationToken.None);
                plain.Resume(snapshot.Request.Number, snapshot.Request.InputOffset, snapshot.Request.OutputOffset, input.Span);
            }
        }
        catch (StoreUnavailableException exception)
        {
            log.LogError("flow {Flow} was taken over without its input log: {Reason}", flow.Id, exception.Message);
        }

        if (router.Find(flow.Record.Backend) is not { Healthy: true })
        {
            handovers.Request(flow, HandoverReason.Takeover);
        }
    }
}
