using Splice.Daemon.Flows;
using Splice.Store;
using Splice.Wire;
using Splice.Wire.Abi;

namespace Splice.Daemon.Handover;

/// <summary>Finds out from where a flow is to be continued, and whether there is anything to continue.</summary>
public sealed class HandoverPlanner(KernelFlows kernel, FlowStore store, TimeProvider time)
{
    /// <summary>Null if the flow is idle: it stays orphaned until the client speaks.</summary>
    /// <param name="flow">The flow.</param>
    /// <param name="isFencedOut">Its fence is another's, so what the client says cannot be logged: then it moves even so.</param>
    public async Task<HandoverPlan?> PlanAsync(Flow flow, bool isFencedOut = false)
    {
        var record = flow.Record;
        await flow.Input.CaughtUpAsync(time);
        var (number, inputOffset, outputOffset) = (0UL, 0UL, 0UL);
        string? build = null;
        if (flow.Plain is { Current: { Head: not null } or { Number: > 1 } } plain)
        {
            (number, inputOffset, outputOffset) = (plain.Current.Number, plain.Current.InputStart, plain.Current.OutputStart);
        }
        else if (await store.ReadAsync(flow.Id, CancellationToken.None) is { } snapshot)
        {
            (number, inputOffset, outputOffset) = (snapshot.Request.Number, snapshot.Request.InputOffset, snapshot.Request.OutputOffset);
            (flow.CompleteOffset, build) = (flow.CompleteOffset ?? snapshot.CompleteOffset, snapshot.Build);
            // A proxy that died, perhaps, in the middle of a handover.
            isFencedOut |= snapshot.Fence > record.Fence;
        }

        if (kernel.HasWholeAnswer(flow))
        {
            // Nothing is left that a backend could say.
            return null;
        }

        var acked = kernel.AckedOffset(flow);
        if (flow.Input.Logged <= inputOffset)
        {
            // A proxy that had the addresses before may have acknowledged, late, what its kernel had tapped: nobody says it again.
            await LoggedInput.RefreshAsync(store, kernel, flow);
        }

        var answered = flow.Plain?.Current.OutputEnd is { } end && acked >= end;
        if (!isFencedOut && (flow.Input.Logged <= inputOffset || (answered && flow.Plain!.Current.OutputStart == outputOffset)))
        {
            return null;
        }

        acked = Math.Max(acked, outputOffset);
        return new HandoverPlan(number, inputOffset, outputOffset, acked, flow.CountSent(SentOffset(flow, acked)), build, record.Fence + 1);
    }

    /// <summary>False also if no node can tell.</summary>
    public async Task<bool> IsBetweenRequestsAsync(Flow flow)
    {
        try
        {
            return await PlanAsync(flow) is null;
        }
        catch (StoreUnavailableException)
        {
            return false;
        }
    }

    /// <param name="plan">Made when the flow's backend may still have been writing.</param>
    /// <param name="read">What is logged for the plan's request, read when it no longer was.</param>
    /// <exception cref="StalePlanException">The flow's backend has begun another request since, or to answer this one.</exception>
    public static async Task ThrowIfStaleAsync(HandoverPlan plan, Task<InputPiece> read)
    {
        try
        {
            var now = await read;
            if (now.Request < plan.Request || (now.Request == plan.Request && (now.Build is null || now.Build == plan.Build)))
            {
                return;
            }
        }
        catch (InputTrimmedException)
        {
            // The plan's request is over, and with it what was logged for it.
        }

        throw new StalePlanException();
    }

    private ulong SentOffset(Flow flow, ulong acked)
    {
        ref var slot = ref kernel[flow.Slot];
        if ((slot.TrackedFlags & SpliceTracked.Backend) == 0)
        {
            return acked;
        }

        // A held FIN takes a sequence number too, and what the backend acknowledges after it comes from beyond it.
        var end = (slot.TrackedFlags & SpliceTracked.BackendFin) != 0 && FlowNumbers.Before(slot.BackendFinSeq, slot.SentSeqEnd)
            ? slot.BackendFinSeq
            : slot.SentSeqEnd;
        return Math.Max(acked, flow.Record.OutOffset(end, acked));
    }
}
