using Microsoft.Extensions.Logging;
using Splice.Daemon.Configuration;
using Splice.Daemon.Flows;
using Splice.Daemon.Handover;
using Splice.Daemon.Routing;
using Splice.Store;
using Splice.Wire;
using Splice.Wire.Abi;

namespace Splice.Daemon.Takeover;

/// <summary>
/// Keeps every flow of every proxy in this proxy's map, so that it could be asked to forward any packet at any moment:
/// by what the store announces, and by a scan after each break.
/// </summary>
public sealed class FlowSync(
    SplicedConfig config,
    FlowDirectory directory,
    KernelFlows kernel,
    FlowStore store,
    FlowEnder ender,
    ClientFin clientFin,
    Router router,
    ActiveState active,
    ServiceAddresses addresses,
    TimeProvider time,
    ILogger<FlowSync> log)
{
    private static readonly TimeSpan ReconcileInterval = TimeSpan.FromSeconds(30);

    /// <summary>Whoever starts without a store has waited long enough for one that is late.</summary>
    private static readonly TimeSpan StartWithin = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan StartPause = TimeSpan.FromMilliseconds(100);
    private TaskCompletionSource _due = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Listens, then scans: a flow that is committed between the two would be known only after the next scan.</summary>
    /// <returns>False if there may be flows that no node could tell of.</returns>
    public async Task<bool> StartAsync(CancellationToken cancellationToken)
    {
        store.Changed += Apply;
        store.Reconnected += Reconnected;
        var start = time.GetTimestamp();
        bool whole;
        while (!(whole = await ReconcileAsync(cancellationToken)) && time.GetElapsedTime(start) < StartWithin)
        {
            await Task.Delay(StartPause, time, cancellationToken);
        }

        return whole;
    }

    /// <summary>To be called after <see cref="StartAsync"/>.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                await Task.WhenAny(DueAsync(), Task.Delay(ReconcileInterval, time, cancellationToken));
                cancellationToken.ThrowIfCancellationRequested();
                // Before the scan: a node that returns during it may not have been asked.
                Volatile.Write(ref _due, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
                await ReconcileAsync(cancellationToken);
            }
        }
        catch (OperationCanceledException)
        {
            // Stopping.
        }
        finally
        {
            store.Changed -= Apply;
            store.Reconnected -= Reconnected;
        }
    }

    /// <summary>Takes in what a scan shows; flows that another proxy ended unheard are forgotten.</summary>
    /// <returns>False if no node could tell of all.</returns>
    public async Task<bool> ReconcileAsync(CancellationToken cancellationToken)
    {
        await ender.RemoveEndedAsync();
        var before = directory.All.ToList();
        var stored = new HashSet<FlowId>();
        try
        {
            await foreach (var record in store.ScanAsync(cancellationToken))
            {
                stored.Add(record.Id);
                Commit(record, true);
            }
        }
        catch (StoreUnavailableException exception)
        {
            addresses.AwaitFlows();
            log.LogWarning("flows could not be reconciled: {Reason}", exception.Message);
            return false;
        }

        foreach (var flow in before.Where(flow => !stored.Contains(flow.Id) && !(flow.Record.Proxy == config.Name && active.IsActiveFor(flow.Record))))
        {
            ender.Forget(flow, EndReason.Elsewhere);
        }

        addresses.ResetStrangers();
        return true;
    }

    private void Reconnected(StoreNode node) => Volatile.Read(ref _due).TrySetResult();

    private async Task DueAsync() => await Volatile.Read(ref _due).Task;

    private void Apply(FlowChange change)
    {
        switch (change)
        {
            case FlowChange.Committed { Record: var record }:
                Commit(record, false);
                break;
            case FlowChange.Removed when directory.Find(change.Id) is { } flow:
                ender.Forget(flow, EndReason.Elsewhere);
                break;
            case FlowChange.Completed complete when directory.Find(change.Id) is { } flow && complete.Fence == flow.Record.Fence:
                flow.CompleteOffset = complete.OutputOffset;
                break;
            case FlowChange.Cut cut when directory.Find(change.Id) is { IsEnding: false } flow && active.IsActiveFor(flow.Record) && cut.Fence == flow.Record.Fence:
                ender.Cut(flow, cut.Reason);
                break;
        }
    }

    private void Commit(FlowRecord record, bool adoptOwn)
    {
        if (directory.Find(record.Id) is { } known)
        {
            // A proxy that lost the address may have orphaned flows which went on elsewhere.
            var orphanedInVain = !active.IsActiveFor(known.Record) && kernel[known.Slot].State != SpliceState.Forward;
            if ((record.Fence > known.Record.Fence && record.Proxy != config.Name) || orphanedInVain)
            {
                Move(known, record);
            }
        }
        else if (record.Proxy != config.Name || adoptOwn)
        {
            Add(record);
        }
    }

    private void Add(FlowRecord record)
    {
        uint? inherited = kernel.SlotOf(record.Client, record.Virtual) is { } present && !directory.Has(present) ? present : null;
        if ((inherited ?? kernel.Hold(record.Client, record.Virtual)) is not { } slot)
        {
            log.LogError("map flows is full ({Max} of {Max}): flow {Flow} is not protected here; raise flowsMax", config.FlowsMax, config.FlowsMax, record.Id);
            return;
        }

        var flow = new Flow(record, slot, kernel[slot].Generation);
        if (!directory.TryAdd(flow))
        {
            return;
        }

        router.Find(record.Backend)?.CountFlow(1);
        if (inherited is not null && kernel[slot].Fence == (uint)record.Fence)
        {
            // The slot has gone on forwarding while spliced was away: the kernel knows better than the record.
            flow.ClientFinSeq = kernel.ClientFinSeq(slot);
            var loggedSeq = kernel[slot].LoggedSeq;
            flow.ClientFinLogged = loggedSeq == flow.ClientFinSeq + 1;
            var logged = flow.ClientFinLogged ? loggedSeq - 1 : loggedSeq;
            flow.Input.Refresh(record.LoggedOffset + (logged - record.InSeq(record.LoggedOffset)));
            clientFin.PassOn(flow);
            return;
        }

        if (inherited is not null)
        {
            // The flow has moved while spliced was away. What its backend of that time still says is not of this flow.
            kernel.RemoveBackendLegOf(slot);
        }

        kernel.AddBackendLeg(slot, record.BackendEnd, record.Inner);
        kernel.Install(slot, record, Standby(record));
    }

    private void Move(Flow flow, FlowRecord record)
    {
        var old = flow.Record;
        kernel.SetState(flow.Slot, SpliceState.Held);
        kernel.RemoveBackendLeg(old.BackendEnd, old.Inner);
        kernel.AddBackendLeg(flow.Slot, record.BackendEnd, record.Inner);
        flow.Record = record;
        flow.Input.Refresh(record.LoggedOffset);
        router.Find(old.Backend)?.CountFlow(-1);
        router.Find(record.Backend)?.CountFlow(1);
        kernel.Install(flow.Slot, record, Standby(record));
    }

    private FlowStart Standby(FlowRecord record) => new()
    {
        Standby = true,
        LoggedOffset = record.LoggedOffset,
        FedOffset = record.LoggedOffset,
        AnswerEnd = record.BackendOutputStart,
        ClientAck = record.OutSeq(record.BackendOutputStart),
        ClientSeqEnd = record.InSeq(record.LoggedOffset),
        ClientWindow = 0xffff,
        BackendWindow = 0xffff,
        NowNs = time.NowNs(),
    };
}
