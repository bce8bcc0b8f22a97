using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Splice.Daemon.Configuration;
using Splice.Daemon.Flows;
using Splice.Store;
using Splice.Wire;

namespace Splice.Daemon.Splicing;

/// <summary>Joins a new connection to a backend's, steps 6 to 9 of a flow's life: tell, freeze, commit, install.</summary>
public sealed class ConnectionJoiner(
    SplicedConfig config,
    KernelFlows kernel,
    FlowDirectory directory,
    FlowInjector injector,
    ClientFin clientFin,
    FlowStore store,
    TimeProvider time,
    ILogger<ConnectionJoiner> log)
{
    /// <summary>Unless it is joined nothing of the flow is left behind. The opening that is returned has what the client has said since.</summary>
    internal async Task<(JoinOutcome Outcome, Opening Opening)> JoinAsync(
        Opening opening, ILegSocket client, LegInfo info, BackendLeg leg, CancellationToken cancellationToken)
    {
        opening.Setup.Enter(SetupStep.Tell);
        return await TellAsync(opening, client, leg, cancellationToken)
            ? await StealAsync(opening, client, info, leg, cancellationToken)
            : (JoinOutcome.BackendLate, opening);
    }

    /// <summary>Preamble and head to the backend; false if its kernel does not acknowledge them in time. It may have them all the
    /// same and execute them later, so the next one is told <see cref="Opening.Next"/>.</summary>
    private async Task<bool> TellAsync(Opening opening, ILegSocket client, BackendLeg leg, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(opening.Patience(config.Limits.ConnectTimeout), time);
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            var said = opening.Input;
            if (leg.Backend.Kind == BackendKind.Hooks)
            {
                var mode = await ModeAsync(opening, timeout.Token);
                var preamble = new Preamble(
                    client.Remote.ToEndPoint(), client.Local.ToEndPoint(), opening.Id, mode, opening.Fence, 0, 0, 0, opening.Head.Host,
                    mode is PreambleMode.New ? opening.SealedTicket : opening.SealedTls);
                // In one segment, if it fits: the backend is woken once.
                said = [.. PreambleCodec.Encode(preamble, config.ClusterKey), .. said];
            }

            await leg.SendAsync(said, timeout.Token);
            await leg.AcknowledgedAsync(timeout.Token);
            return true;
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException or StoreUnavailableException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return false;
        }
    }

    private async Task<(JoinOutcome Outcome, Opening Opening)> StealAsync(
        Opening opening, ILegSocket client, LegInfo info, BackendLeg leg, CancellationToken cancellationToken)
    {
        opening.Setup.Enter(SetupStep.Freeze);
        var (from, to) = (client.Remote, client.Local);
        if (kernel.Hold(from, to) is not { } slot)
        {
            log.LogWarning("map flows is full ({Max} of {Max}); raise flowsMax", config.FlowsMax, config.FlowsMax);
            return (JoinOutcome.Refused, opening);
        }

        bool? installed = null;
        try
        {
            using var limit = new CancellationTokenSource(config.Limits.ReplayTimeout, time);
            using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
            // From here the client's packets are stolen: what the socket holds, and what was on its way to it already, is all there will be.
            while (installed is null)
            {
                while (client.Available is > 0 and var more)
                {
                    var rest = new byte[more];
                    var count = await client.ReceiveAsync(rest, cancellationToken);
                    // Before the backend has it: should this one fail, the next is told it, for the client will not say it again.
                    opening = opening with { Input = [.. opening.Input, .. rest.AsSpan(0, count)] };
                    await leg.SendAsync(rest.AsMemory(0, count), timeout.Token);
                }

                // That may be megabytes of an upload, which the backend has to read: slow is not silent.
                if (!await leg.IsAcknowledgedAsync(opening.Patience(config.Limits.ConnectTimeout), cancellationToken))
                {
                    return (JoinOutcome.BackendLate, opening);
                }

                installed = await InstallAsync(opening, slot, client, info, leg, from, to);
            }
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return (client.ReadInfo().Sends ? JoinOutcome.BackendLate : JoinOutcome.Refused, opening);
        }
        finally
        {
            if (installed is not true)
            {
                kernel.RemoveBackendLeg(leg.BackendEnd, leg.Inner);
                kernel.Abandon(slot, from, to);
            }
        }

        if (installed is true && directory.Find(opening.Id) is { } flow)
        {
            clientFin.PassOn(flow);
            if (opening.Head.BodyBytes != 0)
            {
                injector.AcknowledgeClient(flow);
            }
        }

        return (installed is true ? JoinOutcome.Joined : JoinOutcome.Refused, opening);
    }

    /// <summary>What a backend that was told before has journaled must be continued, and nothing may be added to it. Without a store
    /// node there is no journal to continue.</summary>
    private async Task<PreambleMode> ModeAsync(Opening opening, CancellationToken cancellationToken) =>
        opening.IsRetold && await store.RaiseFenceAsync(opening.Id, opening.Fence, cancellationToken) ? PreambleMode.HandedOver : PreambleMode.New;

    /// <returns>False if it cannot be; null if the client's socket has been given more meanwhile.</returns>
    private async Task<bool?> InstallAsync(
        Opening opening, uint slot, ILegSocket client, LegInfo info, BackendLeg leg, FlowEnd from, FlowEnd to)
    {
        kernel.AddBackendLeg(slot, leg.BackendEnd, leg.Inner);
        client.Freeze();
        leg.Leg.Freeze();
        var backendInfo = leg.Leg.ReadInfo();
        var clientNumbers = client.ReadNumbers();
        var clientInfo = client.ReadInfo();
        // Between two equal numbers nothing came: they are those of what was read. What comes later the client says again (kernel/straggler.h).
        var hasMore = client.Available != 0 || client.ReadNumbers().ReceiveSeq != clientNumbers.ReceiveSeq;
        if (!clientInfo.Sends || !backendInfo.Established || hasMore || leg.Leg.Available != 0 || client.Unacknowledged != 0)
        {
            kernel.RemoveBackendLeg(leg.BackendEnd, leg.Inner);
            client.Thaw();
            leg.Leg.Thaw();
            return clientInfo.Sends && hasMore ? null : false;
        }

        var backendNumbers = leg.Leg.ReadNumbers();
        var (id, input) = (opening.Id, opening.Input);
        var length = (uint)input.Length;
        var finBytes = clientInfo.PeerEnded ? 1u : 0;
        var record = new FlowRecord
        {
            Id = id,
            Fence = opening.Fence,
            Proxy = config.Name,
            Backend = leg.Backend.Name,
            Kind = leg.Backend.Kind,
            Host = opening.Head.Host,
            SealedTls = opening.SealedTls,
            Client = from,
            Virtual = to,
            Inner = leg.Inner,
            BackendEnd = leg.BackendEnd,
            ClientSeq = clientNumbers.ReceiveSeq - finBytes - length,
            VirtualSeq = clientNumbers.SendSeq,
            InnerSeq = backendNumbers.SendSeq - length,
            BackendSeq = backendNumbers.ReceiveSeq,
            BackendOutputStart = 0,
            LoggedOffset = length,
            ClientShift = info.PeerShift,
            VirtualShift = info.OwnShift,
            InnerShift = backendInfo.OwnShift,
            BackendShift = backendInfo.PeerShift,
            ClientMss = info.SegmentBytes,
            Sack = info.Sack && backendInfo.Sack,
            AcceptedAt = time.GetUtcNow().ToUnixTimeMilliseconds(),
        };
        opening.Setup.Enter(SetupStep.Commit);
        try
        {
            // Not to be cancelled half-way: a flow that was committed and then given up would stay in the store.
            await store.CommitAsync(record, 0, input, CancellationToken.None);
            if (clientInfo.PeerEnded)
            {
                await store.EndInputAsync(id, record.Fence, length, CancellationToken.None);
            }
        }
        catch (StoreUnavailableException exception)
        {
            log.LogError("flow {Flow} is refused: {Reason}", id, exception.Message);
            client.Thaw();
            leg.Leg.Thaw();
            return false;
        }

        opening.Setup.Enter(SetupStep.Install);
        var flow = new Flow(record, slot, kernel[slot].Generation) { InputPauseEndNs = time.NowNs() + FlowInput.PauseNs };
        if (clientInfo.PeerEnded)
        {
            (flow.ClientFinSeq, flow.ClientFinLogged) = (record.InSeq(length), true);
        }

        flow.Plain?.Request(0, input);
        directory.TryAdd(flow);
        leg.Backend.CountFlow(1);
        client.Dispose();
        leg.LeaveToKernel();
        kernel.Install(slot, record, new FlowStart
        {
            LoggedOffset = length,
            FedOffset = length,
            HandshakeBytes = opening.HandshakeBytes,
            ClientAck = record.VirtualSeq,
            ClientSeqEnd = clientNumbers.ReceiveSeq,
            ClientEnded = clientInfo.PeerEnded,
            ClientWindow = clientNumbers.PeerWindow,
            BackendWindow = backendNumbers.PeerWindow,
            NowNs = time.NowNs(),
        });
        injector.OpenBackend(record, length, clientNumbers.PeerWindow);
        opening.Setup.Done(record);
        return true;
    }
}
