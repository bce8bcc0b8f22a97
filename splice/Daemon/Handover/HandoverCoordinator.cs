using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Splice.Daemon.Configuration;
using Splice.Daemon.Flows;
using Splice.Daemon.Routing;
using Splice.Daemon.Splicing;
using Splice.Daemon.Takeover;
using Splice.Daemon.Telemetry;
using Splice.Store;
using Splice.Wire;
using Splice.Wire.Abi;

namespace Splice.Daemon.Handover;

/// <summary>
/// Moves a flow to another backend (DESIGN 7.2, 7.3): orphan it, raise the fence, feed the logged input of the current
/// request to a successor, which regenerates the answer up to where the client is, then join it in.
/// </summary>
public sealed class HandoverCoordinator(
    SplicedConfig config,
    Router router,
    BackendConnector connector,
    KernelFlows kernel,
    FlowEnder ender,
    FlowStore store,
    HandoverPlanner planner,
    HandoverJoiner joiner,
    ActiveState active,
    PlainReplay plainReplay,
    FlowCounters counters,
    Durations durations,
    RecentEvents recent,
    TimeProvider time,
    ILogger<HandoverCoordinator> log)
{
    private const int FruitlessMax = 8;
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(50);

    public async Task HandleAsync(HandoverRequest request)
    {
        var flow = request.Flow;
        using var spans = HandoverTrace.Begin(request, time.GetElapsedTime(request.Since));
        await flow.Gate.WaitAsync();
        try
        {
            await MoveAsync(flow, request, spans);
        }
        catch (FenceException)
        {
            // Another proxy moved the flow in the meantime and will push its record.
            spans.Fail("moved elsewhere", "another proxy moved the flow");
            log.LogInformation("flow {Flow} was moved by another proxy", flow.Id);
        }
        finally
        {
            flow.Gate.Release();
        }
    }

    /// <summary>True if a backend was only late, as one is that takes over very many: what it has of the flow is whole. Not known of a
    /// backend without hooks, which may have restarted meanwhile.</summary>
    public bool IsMoot(HandoverRequest request) =>
        request is { Reason: HandoverReason.Silence, Incarnation: not 0 }
        && router.Find(request.Flow.Record.Backend) is { Healthy: true } backend && backend.Incarnation == request.Incarnation
        && kernel[request.Flow.Slot].State == SpliceState.Forward;

    private async Task MoveAsync(Flow flow, HandoverRequest request, SpanSteps spans)
    {
        if (flow.Ended || flow.IsEnding || !await AppliesAsync(flow, request.Reason))
        {
            return;
        }

        var old = flow.Record;
        Orphan(flow);
        var deadline = time.GetTimestamp() + (long)(config.Limits.OrphanTimeout.TotalSeconds * time.TimestampFrequency);
        int? fruitless = null;
        var isFencedOut = false;
        while (!flow.Ended && !flow.IsEnding)
        {
            try
            {
                spans.Enter("read journal");
                if (await planner.PlanAsync(flow, isFencedOut) is not { } plan)
                {
                    // It is idle and stays orphaned until the client speaks. One that has said its last word never will.
                    EndIfClientFinished(flow);
                    return;
                }

                // To a client that takes nothing now, nothing can be brought.
                fruitless ??= kernel[flow.Slot].ClientWindow < flow.Record.ClientMss ? 0 : flow.CountFruitless(plan.AckedOffset);
                if (flow.Unprotected || fruitless > FruitlessMax)
                {
                    Failed(flow, request, "cut", spans);
                    ender.Cut(flow, flow.Unprotected
                        ? "part of its input was not logged"
                        : $"{FruitlessMax} handovers brought the client nothing; see the backends' logs");
                    return;
                }

                if (await TryCandidatesAsync(flow, old, plan, spans) is { } successor)
                {
                    Succeeded(flow, request, old.Backend, successor.Name);
                    return;
                }
            }
            catch (FenceException exception) when (!exception.IsOver && active.IsActiveFor(flow.Record))
            {
                // A proxy that had the addresses before has raised it and then died, or was frozen: nobody else moves the flow now.
                // One that has lost them and does not know it yet comes here once: it reaches no backend a second time.
                isFencedOut = true;
                continue;
            }
            catch (StalePlanException)
            {
                // Another is made.
            }
            catch (StoreUnavailableException)
            {
                // It waits for a node; the store says so once for all.
            }

            // The addresses have left: whoever has them moves the flow, and the client is not ours to cut.
            if (!active.IsActiveFor(flow.Record))
            {
                return;
            }

            if (time.GetTimestamp() > deadline)
            {
                Failed(flow, request, $"no backend of pool {router.Find(old.Backend)?.Pool} continued it for {config.Limits.OrphanTimeout.TotalSeconds:0} s", spans);
                ender.Cut(flow, "no backend continued it");
                return;
            }

            await Task.Delay(RetryDelay, time);
        }
    }

    /// <summary>What a request that has waited asks for may be over. A drained backend ends what it has begun.</summary>
    private async Task<bool> AppliesAsync(Flow flow, HandoverReason reason) => reason switch
    {
        HandoverReason.Wakes => kernel[flow.Slot].State == SpliceState.Orphaned,
        HandoverReason.Drain => kernel[flow.Slot].State == SpliceState.Forward && await planner.IsBetweenRequestsAsync(flow),
        _ => true,
    };

    /// <summary>Stops the old backend's packets and keeps tapping the client's.</summary>
    private void Orphan(Flow flow)
    {
        kernel.SetState(flow.Slot, SpliceState.Orphaned);
        kernel.RemoveBackendLeg(flow.Record.BackendEnd, flow.Record.Inner);
    }

    private void EndIfClientFinished(Flow flow)
    {
        if (kernel.ClientFinSeq(flow.Slot) is not null)
        {
            ender.EndOrphaned(flow);
        }
    }

    /// <summary>The backend that continues the flow; null if none does.</summary>
    private async Task<Backend?> TryCandidatesAsync(Flow flow, FlowRecord old, HandoverPlan plan, SpanSteps spans)
    {
        foreach (var successor in Candidates(old).Where(successor => plan.Build is null || successor.Build == plan.Build))
        {
            if (await TryMoveAsync(flow, successor, plan with { Fence = flow.Record.Fence + 1 }, spans))
            {
                return successor;
            }
        }

        return null;
    }

    private IEnumerable<Backend> Candidates(FlowRecord old)
    {
        var dead = router.Find(old.Backend);
        if (dead is null)
        {
            return [];
        }

        // A backend that restarted under the same name is as good as any: it holds nothing of the flow. So is one that is drained and was
        // only late, the last of its build perhaps, if no other can.
        return [.. router.Successors(dead), .. dead.Healthy ? [dead] : Array.Empty<Backend>()];
    }

    private async Task<bool> TryMoveAsync(Flow flow, Backend successor, HandoverPlan plan, SpanSteps spans)
    {
        var record = flow.Record;
        using var coming = successor.Expect();
        using var timeout = new CancellationTokenSource(config.Limits.ReplayTimeout, time);
        var plain = record.Kind == BackendKind.Plain;
        spans.Root?.Flow(flow.Id, plan.Fence, plan.AckedOffset).Backend(successor.Name, successor.EndPoint);
        spans.Enter("connect", ActivityKind.Client)?.Backend(successor.Name, successor.EndPoint);
        if (await connector.ConnectAsync(successor, record.Virtual, LegOffer.Of(record), plain, timeout.Token) is not { } leg)
        {
            return false;
        }

        var joined = false;
        try
        {
            spans.Enter("fence");
            // Only now: a proxy that is cut off reaches no backend, so it can never fence out the owner it does not see.
            Task raised;
            lock (flow.InputOrder)
            {
                flow.Record = record with { Fence = plan.Fence };
                // In line before any input under it, which would take it from us: a fence that is there is another's.
                raised = plain
                    ? store.RaiseFenceAsync(flow.Id, plan.Fence, timeout.Token).AsTask()
                    : store.RaiseFenceAsync(flow.Id, plan.Fence, plan.InputOffset, timeout.Token).AsTask();
            }

            var input = raised as Task<InputPiece>;
            await (input is null ? raised : HandoverPlanner.ThrowIfStaleAsync(plan, input));

            spans.Enter("feed");
            PlainJoint? joint = null;
            if (plain)
            {
                joint = await plainReplay.ReplayAsync(flow, leg, plan, timeout.Token);
            }
            else
            {
                var preamble = new Preamble(
                    record.Client.ToEndPoint(), record.Virtual.ToEndPoint(), record.Id, PreambleMode.HandedOver,
                    plan.Fence, plan.InputOffset, plan.OutputOffset, plan.AckedOffset, record.Host, record.SealedTls, plan.SentOffset);
                await leg.SendAsync(PreambleCodec.Encode(preamble, config.ClusterKey), timeout.Token);
            }

            joined = await joiner.JoinAsync(flow, leg, plan, input, joint, spans, timeout.Token);
        }
        catch (Exception exception) when (exception is System.Net.Sockets.SocketException or OperationCanceledException or ReplayRefusedException or InputTrimmedException)
        {
            log.LogWarning("flow {Flow} could not move to {Backend}: {Reason}", flow.Id, successor.Name, exception.Message);
        }
        finally
        {
            if (!joined)
            {
                kernel.RemoveBackendLeg(leg.BackendEnd, leg.Inner);
                kernel.SetState(flow.Slot, SpliceState.Orphaned);
                leg.Abandon();
            }
        }

        return joined;
    }

    private void Succeeded(Flow flow, HandoverRequest request, string from, string to)
    {
        var pause = time.GetElapsedTime(request.Since);
        counters.CountHandover(request.Reason, true);
        durations.Handover(request.Reason, pause);
        recent.Add("handover", flow.Id, from, to, request.Reason, pause, true);
        log.LogInformation(
            "flow {Flow} of {Client} moved from {From} to {To} ({Reason}) in {Pause:0.0} ms",
            flow.Id, flow.Record.Client, from, to, request.Reason, pause.TotalMilliseconds);
    }

    private void Failed(Flow flow, HandoverRequest request, string reason, SpanSteps spans)
    {
        counters.CountHandover(request.Reason, false);
        spans.Fail("not continued", reason);
        recent.Add("handover", flow.Id, flow.Record.Backend, "", request.Reason, time.GetElapsedTime(request.Since), false);
        log.LogError("flow {Flow} of {Client} did not move: {Reason}", flow.Id, flow.Record.Client, reason);
    }
}
