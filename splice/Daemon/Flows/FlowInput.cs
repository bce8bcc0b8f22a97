using Microsoft.Extensions.Logging;
using Splice.Store;
using Splice.Wire;
using Splice.Wire.Abi;

namespace Splice.Daemon.Flows;

/// <summary>
/// Brings tapped client bytes into the input log and acknowledges them to the client when they are there (I2). Called on
/// the ring's thread; the store's answers continue elsewhere.
/// </summary>
/// <remarks>What a flow sends is written at once, but not again within <see cref="Pause"/> unless it is much: a client that asks
/// one small question after the other has its answers before its bytes are acknowledged, and costs the stores little.</remarks>
public sealed class FlowInput(FlowStore store, KernelFlows kernel, FlowInjector injector, TimeProvider time, ILogger<FlowInput> log)
{
    /// <summary>Well below the time after which a client's TCP would begin to doubt (RFC 6298, RFC 8985 §7.2).</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>Two segments: what a receiver must acknowledge promptly (RFC 9293 §3.8.6.3).</summary>
    private const int PromptBytes = 2 * 1460;

    /// <summary>For how long after something of a flow was written little else waits.</summary>
    internal static readonly ulong PauseNs = (ulong)Pause.TotalNanoseconds;

    /// <summary>Between two times that a client says the same: the least retransmission timer, and what reordering a path adds to it.</summary>
    private static readonly ulong RepeatNs = (ulong)TimeSpan.FromMilliseconds(250).TotalNanoseconds;

    /// <summary>A client that repeats what is beyond a gap so often was told that the gap is no gap.</summary>
    private const int GapRepeatsMax = 4;
    private readonly Queue<(Flow Flow, ulong DueNs)> _waiting = [];

    public void Receive(Flow flow, uint seq, ReadOnlySpan<byte> bytes)
    {
        var now = time.NowNs();
        var offset = flow.Input.OffsetOf(seq, flow.Record.ClientSeq);
        if (GapRepeats(flow, offset, now) is > 0 and var repeats)
        {
            Bridge(flow, offset, now, repeats);
        }

        foreach (var chunk in flow.Input.Receive(offset, bytes))
        {
            flow.RequestBegan |= BeginPlainRequest(flow, chunk);
        }

        if (flow.Input.UntakenBytes >= PromptBytes || now >= flow.InputPauseEndNs)
        {
            Write(flow, now);
        }
        else
        {
            WriteSoon(flow, now);
        }
    }

    /// <summary>Writes what has waited for long enough.</summary>
    /// <returns>Time until this must be called again; null if nothing waits.</returns>
    public TimeSpan? WriteWaiting()
    {
        var now = time.NowNs();
        while (_waiting.TryPeek(out var first))
        {
            if (first.DueNs > now)
            {
                return TimeSpan.FromMicroseconds((first.DueNs - now) / 1000.0);
            }

            _waiting.Dequeue();
            first.Flow.InputWaits = false;
            Write(first.Flow, now);
        }

        return null;
    }

    /// <summary>The client's FIN: acknowledged like a byte, once it and everything before it are logged. It waits as little input does:
    /// soon after it the client often has the end of its last answer, and nobody has to be told.</summary>
    public void ReceiveFin(Flow flow, uint seq)
    {
        flow.ClientFinSeq = seq;
        if (kernel[flow.Slot].State == SpliceState.Forward)
        {
            WriteSoon(flow, time.NowNs());
        }
        else
        {
            // Whoever continues the flow asks the store for it.
            Write(flow, time.NowNs());
        }
    }

    private async Task EndAsync(Flow flow, ulong offset)
    {
        if (!kernel.HasWholeAnswer(flow))
        {
            try
            {
                await EndInLine(flow, offset);
            }
            catch (FenceException)
            {
                // As with input.
                return;
            }
            catch (StoreUnavailableException exception)
            {
                log.LogWarning("flow {Flow} goes on although no store knows of its client's FIN: {Reason}", flow.Id, exception.Message);
            }
        }

        flow.ClientFinLogged = true;
        Advance(flow, flow.Input.Logged);
    }

    private Task EndInLine(Flow flow, ulong offset)
    {
        lock (flow.InputOrder)
        {
            return store.EndInputAsync(flow.Id, flow.Record.Fence, offset, CancellationToken.None).AsTask();
        }
    }

    private void WriteSoon(Flow flow, ulong now)
    {
        if (!flow.InputWaits)
        {
            flow.InputWaits = true;
            _waiting.Enqueue((flow, now + PauseNs));
        }
    }

    private void Write(Flow flow, ulong now)
    {
        RequestStart? begins = flow is { RequestBegan: true, Plain.Current: var request }
            ? new RequestStart(request.Number, request.InputStart, request.OutputStart)
            : null;
        if (flow.Input.Take(begins?.InputOffset ?? 0) is { } chunk)
        {
            flow.RequestBegan = false;
            flow.InputPauseEndNs = now + PauseNs;
            _ = StoreAsync(flow, chunk, begins);
        }

        if (flow is { ClientFinSeq: { } fin, ClientFinLogged: false })
        {
            _ = EndAsync(flow, flow.Input.OffsetOf(fin, flow.Record.ClientSeq));
        }
    }

    private async Task StoreAsync(Flow flow, PendingChunk chunk, RequestStart? begins)
    {
        try
        {
            if (!await InLine(flow, chunk, begins) && kernel[flow.Slot].State == SpliceState.Orphaned)
            {
                // No node has it and no backend: it is nowhere. The client, to whom nothing was acknowledged, sends it again.
                flow.Input.Forget(chunk);
                return;
            }
        }
        catch (FenceException)
        {
            // Another proxy owns the flow now and logs its input. Should the flow return, the client has sent this again.
            flow.Input.Forget(chunk);
            return;
        }
        catch (Exception exception) when (exception is StoreUnavailableException or InputLogFullException)
        {
            // The stated policy: the upload goes on, but can no longer be replayed. A handover would be refused.
            flow.Unprotected = true;
            log.LogWarning("flow {Flow} goes on unprotected from input offset {Offset}: {Reason}", flow.Id, chunk.Offset, exception.Message);
        }

        Advance(flow, flow.Input.Stored(chunk));
    }

    private Task<bool> InLine(Flow flow, PendingChunk chunk, RequestStart? begins)
    {
        lock (flow.InputOrder)
        {
            return store.AppendInputAsync(flow.Id, flow.Record.Fence, chunk.Offset, chunk.Bytes, begins, CancellationToken.None);
        }
    }

    private void Advance(Flow flow, ulong logged)
    {
        var record = flow.Record;
        ref var slot = ref kernel[flow.Slot];
        var seq = record.InSeq(logged);
        if (flow.ClientFinSeq == seq && flow.ClientFinLogged)
        {
            // The FIN takes a sequence number of its own (RFC 9293 §3.4) and is logged with the byte before it.
            seq++;
        }

        var before = slot.LoggedSeq;
        if (flow.Ended || !FlowNumbers.Before(before, seq))
        {
            return;
        }

        slot.LoggedSeq = seq;
        // Pairs with the barrier in track.h: an ACK of the backend either passed with the new limit, or was cut short by the
        // old one and shows here. Nothing would repeat it before the client's retransmission timer.
        Interlocked.MemoryBarrier();
        if (FlowNumbers.Before(before, slot.BackendAck) && slot.State is SpliceState.Forward or SpliceState.Orphaned)
        {
            injector.AcknowledgeClient(flow);
        }
    }

    /// <summary>How often the client has sent what is beyond the same gap; 0 if there is none, or it is young: what another processor
    /// tapped, or the path held back, is there soon.</summary>
    private static int GapRepeats(Flow flow, ulong offset, ulong now)
    {
        if (offset <= flow.Input.Received)
        {
            flow.InputGapNs = 0;
            return 0;
        }

        if (flow.InputGapNs == 0)
        {
            (flow.InputGapNs, flow.InputGapRepeats, flow.InputGap) = (now, 0, InputGap.Unknown);
            return 0;
        }

        if (now - flow.InputGapNs < RepeatNs)
        {
            return 0;
        }

        (flow.InputGapNs, flow.InputGapRepeats) = (now, (byte)Math.Min(flow.InputGapRepeats + 1, GapRepeatsMax));
        return flow.InputGapRepeats;
    }

    /// <summary>A proxy that had the addresses before may have come back and logged, and acknowledged, what it still had tapped.</summary>
    private void Bridge(Flow flow, ulong offset, ulong now, int repeats)
    {
        if (flow.InputGap is InputGap.Unknown)
        {
            flow.InputGap = InputGap.Asked;
            _ = AskAsync(flow);
        }
        else if (flow.InputGap is InputGap.Known or InputGap.Lacking && repeats == GapRepeatsMax)
        {
            SkipWhatBackendHas(flow, offset, now);
        }
    }

    private async Task AskAsync(Flow flow)
    {
        var received = flow.Input.Received;
        try
        {
            await LoggedInput.RefreshAsync(store, kernel, flow);
            Advance(flow, flow.Input.Logged);
        }
        catch (StoreUnavailableException) when (flow.InputGapRepeats < GapRepeatsMax)
        {
            flow.InputGap = InputGap.Unknown;
            return;
        }
        catch (StoreUnavailableException)
        {
            // Nobody can say; what the backend has is skipped.
        }

        flow.InputGap = InputGap.Known;
        if (flow.Input.Received != received)
        {
            // What may be missing now is another gap.
            flow.InputGapNs = 0;
        }
    }

    /// <summary>Input that an earlier proxy acknowledged although no store took it is not sent again. If the backend has it, the
    /// flow goes on from there, unprotected as it was.</summary>
    private void SkipWhatBackendHas(Flow flow, ulong offset, ulong now)
    {
        var record = flow.Record;
        if (!FlowNumbers.Before(kernel[flow.Slot].BackendAck, record.InSeq(offset)))
        {
            log.LogWarning("flow {Flow} goes on unprotected: no store has its input from offset {From} to {To}", flow.Id, flow.Input.Received, offset);
            flow.Unprotected = true;
            // What waits goes first: it would be joined to what comes behind the gap.
            Write(flow, now);
            Advance(flow, flow.Input.Skip(offset));
        }
        else if (flow.InputGap is InputGap.Known)
        {
            flow.InputGap = InputGap.Lacking;
            log.LogError(
                "flow {Flow} of {Client} stands still: its input from offset {From} to {To} is in no store that answers, {Backend} lacks it, and the client does not repeat it",
                flow.Id, record.Client, flow.Input.Received, offset, record.Backend);
        }
    }

    /// <summary>True if these bytes begin a request on a plain backend's flow, which has no hooks to tell the store.</summary>
    private bool BeginPlainRequest(Flow flow, PendingChunk chunk)
    {
        if (flow.Plain is not { } plain || !plain.Request(chunk.Offset, chunk.Bytes, kernel.AckedOffset(flow)))
        {
            return false;
        }

        kernel[flow.Slot].AnswerEnd = flow.Record.OutSeq(plain.Current.OutputStart);
        return true;
    }
}
