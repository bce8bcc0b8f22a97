using Splice.Daemon.Configuration;
using Splice.Daemon.Flows;
using Splice.Daemon.Routing;
using Splice.Daemon.Splicing;
using Splice.Daemon.Telemetry;
using Splice.Store;
using Splice.Wire;
using Splice.Wire.Abi;

namespace Splice.Daemon.Handover;

/// <summary>Feeds a successor what the client has said and joins its leg to the client's.</summary>
public sealed class HandoverJoiner(
    SplicedConfig config, Router router, KernelFlows kernel, FlowInjector injector, ClientFin clientFin, FlowStore store, InnerPorts ports,
    TimeProvider time)
{
    /// <summary>False if the successor closed in the meantime. Unless true, the caller orphans the flow again.</summary>
    /// <param name="flow">The flow; its gate is held.</param>
    /// <param name="leg">The successor's leg, preamble sent.</param>
    /// <param name="plan">From where the flow is continued.</param>
    /// <param name="input">The first piece of what is logged from the plan's input offset on, already asked for; null for plain backends, which were fed.</param>
    /// <param name="joint">Where a plain backend's stream lies in the output; null for hooks, which begin at the plan's acked offset.</param>
    /// <param name="spans">Are told when the legs are joined.</param>
    /// <param name="cancellationToken">Gives up.</param>
    internal async Task<bool> JoinAsync(
        Flow flow, BackendLeg leg, HandoverPlan plan, Task<InputPiece>? input, PlainJoint? joint, SpanSteps spans,
        CancellationToken cancellationToken)
    {
        var fed = input is null ? flow.Plain!.Fed : await FeedAsync(flow, leg, plan.InputOffset, input, cancellationToken);
        await leg.AcknowledgedAsync(cancellationToken);
        spans.Enter("install");
        kernel.SetState(flow.Slot, SpliceState.Held);
        // Pairs with the barrier in FlowInput: what was logged until now may have been acknowledged to the client, which will not say
        // it again; from now on nothing is.
        Interlocked.MemoryBarrier();
        while (flow.Input.Logged > fed)
        {
            fed = await FeedAsync(flow, leg, fed, store.ReadInputPieceAsync(flow.Id, fed, cancellationToken).AsTask(), cancellationToken);
            await leg.AcknowledgedAsync(cancellationToken);
        }

        kernel.AddBackendLeg(flow.Slot, leg.BackendEnd, leg.Inner);
        leg.Leg.Freeze();
        var info = leg.Leg.ReadInfo();
        if (!info.Established || (joint is null && leg.Leg.Available != 0))
        {
            leg.Leg.Thaw();
            return false;
        }

        var numbers = leg.Leg.ReadNumbers();
        var output = joint is { } at ? at.OutputOffset + (numbers.ReceiveSeq - at.Seq) : plan.AckedOffset;
        var old = flow.Record;
        var record = old with
        {
            Fence = plan.Fence,
            Proxy = config.Name,
            Backend = leg.Backend.Name,
            Inner = leg.Inner,
            BackendEnd = leg.BackendEnd,
            InnerSeq = numbers.SendSeq - (uint)fed,
            BackendSeq = numbers.ReceiveSeq - (uint)output,
            BackendOutputStart = output,
            LoggedOffset = flow.Input.Logged,
            InnerShift = old.Kind == BackendKind.Plain ? (byte)0 : info.OwnShift,
            BackendShift = info.PeerShift,
        };
        await store.CommitAsync(record, fed, ReadOnlyMemory<byte>.Empty, cancellationToken);
        flow.Record = record;
        flow.CompleteOffset = null;
        router.Find(old.Backend)?.CountFlow(-1);
        leg.Backend.CountFlow(1);
        ports.Return(old.Inner.Port);
        leg.LeaveToKernel();
        Open(flow, record, fed, numbers.PeerWindow);
        return true;
    }

    /// <summary>Sends logged input until nothing more is logged; returns the offset after the last byte sent.</summary>
    private async Task<ulong> FeedAsync(
        Flow flow, BackendLeg leg, ulong from, Task<InputPiece> reading, CancellationToken cancellationToken)
    {
        while (true)
        {
            var input = await reading;
            await leg.SendAsync(input.Bytes, cancellationToken);
            from += (ulong)input.Bytes.Length;
            var logged = flow.Input.Logged;
            if (input.IsLast && from >= logged)
            {
                return from;
            }

            if (input.Bytes.IsEmpty)
            {
                throw new ReplayRefusedException($"the flow store lacks input from offset {from} to {logged}");
            }

            reading = store.ReadInputPieceAsync(flow.Id, from, cancellationToken).AsTask();
        }
    }

    private void Open(Flow flow, FlowRecord record, ulong fed, uint backendWindow)
    {
        ref var slot = ref kernel[flow.Slot];
        var window = slot.ClientWindow;
        kernel.Install(flow.Slot, record, new FlowStart
        {
            Flags = SpliceFlags.AckCeiling,
            Keep = SpliceTracked.ClientFin,
            Continued = true,
            LoggedOffset = flow.Input.Logged,
            ClientEnded = flow.ClientFinLogged && kernel.ClientFinSeq(flow.Slot) == record.InSeq(flow.Input.Logged),
            FedOffset = fed,
            AnswerEnd = flow.Plain?.Current is { } current ? current.OutputEnd ?? current.OutputStart : 0,
            ClientAck = slot.ClientAck,
            ClientSeqEnd = slot.ClientSeqEnd,
            ClientWindow = window,
            BackendWindow = backendWindow,
            NowNs = time.NowNs(),
        });
        injector.OpenBackend(record, fed, window);
        clientFin.PassOn(flow);
        injector.AcknowledgeClient(flow);
    }
}
