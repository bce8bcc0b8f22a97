using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Splice.Daemon.Accept;
using Splice.Daemon.Configuration;
using Splice.Daemon.Flows;
using Splice.Daemon.Routing;
using Splice.Daemon.Takeover;
using Splice.Daemon.Telemetry;
using Splice.Daemon.Tls;
using Splice.Store;
using Splice.Wire;
using Splice.Wire.Abi;
using Splice.Wire.Tls;

namespace Splice.Daemon.Splicing;

/// <summary>Takes an accepted connection through steps 2 to 9 of a flow's life: TLS, head, backend, freeze, commit, install.</summary>
public sealed class ConnectionSplicer(
    SplicedConfig config,
    Router router,
    Admission admission,
    BackendConnector connector,
    KernelFlows kernel,
    FlowDirectory directory,
    FlowInjector injector,
    ClientFin clientFin,
    FlowStore store,
    ClientAnswerer answerer,
    ActiveState active,
    FlowCounters counters,
    Durations durations,
    TimeProvider time,
    ILogger<ConnectionSplicer> log,
    TlsAcceptor? tls = null)
{
    private const int BackendsTriedMax = 3;
    private static readonly TimeSpan BackendPoll = TimeSpan.FromMilliseconds(10);

    public async Task SpliceAsync(Socket accepted, bool encrypted, CancellationToken cancellationToken)
    {
        using var client = new LegSocket(accepted);
        accepted.NoDelay = true;
        using var setup = new Setup(counters, durations, accepted);
        var departed = active.Departed(client.Local);
        using var here = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, departed);
        try
        {
            await SpliceAsync(client, encrypted, setup, here.Token);
        }
        catch (OperationCanceledException) when (departed.IsCancellationRequested)
        {
            answerer.Strand(client);
        }
    }

    private async Task SpliceAsync(LegSocket client, bool encrypted, Setup setup, CancellationToken cancellationToken)
    {
        TlsConnection? connection = null;
        if (encrypted)
        {
            setup.Enter(SetupStep.Handshake);
            var outcome = await tls!.AcceptAsync(client.Socket, cancellationToken);
            if (outcome.Connection is null)
            {
                log.LogDebug("a TLS handshake failed ({Failure}): {Reason}", outcome.Failure, outcome.Reason);
                return;
            }

            connection = outcome.Connection;
        }

        setup.Enter(SetupStep.Head);
        var reading = await HeadReader.ReadAsync(client.Socket, connection?.Secrets, config.Limits, cancellationToken);
        if (reading is not { Head: { } head, Bytes: var input })
        {
            if (reading.Status != 0)
            {
                await answerer.AnswerAsync(client, connection, HttpAnswer.For(reading.Status), cancellationToken);
            }

            return;
        }

        setup.Enter(SetupStep.Admission);
        if (admission.Refuse(head, connection) is { } refusal)
        {
            await answerer.AnswerAsync(client, connection, refusal, cancellationToken);
            return;
        }

        var info = client.ReadInfo();
        if (!info.Sends)
        {
            return;
        }

        var flowId = FlowId.NewRandom();
        var sealedTls = connection is null ? [] : TlsSecretsSeal.Seal(flowId, connection.Secrets, config.ClusterKey);
        var opening = new Opening(flowId, head, input, sealedTls, (uint)(connection?.ClientBytes ?? 0), setup);
        setup.Enter(SetupStep.Choose);
        foreach (var backend in (await ChooseAsync(head, cancellationToken)).Take(BackendsTriedMax))
        {
            setup.Connect(backend);
            if (await connector.ConnectAsync(backend, client.Local, info.Sack, info.SegmentBytes, false, cancellationToken) is not { } leg)
            {
                log.LogWarning("backend {Backend} at {EndPoint} did not accept a connection; trying the next", backend.Name, backend.EndPoint);
                continue;
            }

            var (told, done) = (false, false);
            try
            {
                setup.Enter(SetupStep.Tell);
                told = await TellAsync(opening, client, leg, cancellationToken);
                done = told && await JoinAsync(opening, client, info, leg, cancellationToken);
            }
            finally
            {
                if (!done)
                {
                    leg.Abandon();
                }
            }

            if (done)
            {
                return;
            }

            if (told)
            {
                break;
            }

            log.LogWarning("backend {Backend} at {EndPoint} did not take a request; trying the next", backend.Name, backend.EndPoint);
        }

        await answerer.AnswerAsync(client, connection, HttpAnswer.For(HttpAnswer.Unavailable), cancellationToken);
    }

    /// <summary>Preamble and head to the backend; false if its kernel does not acknowledge them in time.</summary>
    private async Task<bool> TellAsync(Opening opening, LegSocket client, BackendLeg leg, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(config.Limits.ConnectTimeout);
        try
        {
            if (leg.Backend.Kind == BackendKind.Hooks)
            {
                var (from, to) = ((IPEndPoint)client.Socket.RemoteEndPoint!, (IPEndPoint)client.Socket.LocalEndPoint!);
                var preamble = new Preamble(from, to, opening.Id, PreambleMode.New, 1, 0, 0, 0, opening.Head.Host, opening.SealedTls);
                await leg.SendAsync(PreambleCodec.Encode(preamble, config.ClusterKey), timeout.Token);
            }

            await leg.SendAsync(opening.Input, timeout.Token);
            await leg.AcknowledgedAsync(timeout.Token);
            return true;
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return false;
        }
    }

    /// <summary>A moment in which every backend seems silent is no reason to turn a client away: it waits a little.</summary>
    private async Task<IReadOnlyList<Backend>> ChooseAsync(RequestHead head, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        IReadOnlyList<Backend> backends;
        while ((backends = router.Choose(head)).Count == 0 && time.GetElapsedTime(start) < config.Limits.BackendWait)
        {
            await Task.Delay(BackendPoll, time, cancellationToken);
        }

        return backends;
    }

    private async Task<bool> JoinAsync(
        Opening opening, LegSocket client, LegInfo info, BackendLeg leg, CancellationToken cancellationToken)
    {
        opening.Setup.Enter(SetupStep.Freeze);
        var clientEnd = (IPEndPoint)client.Socket.RemoteEndPoint!;
        var virtualEnd = (IPEndPoint)client.Socket.LocalEndPoint!;
        var (from, to) = (FlowEnd.From(clientEnd), FlowEnd.From(virtualEnd));
        if (kernel.Hold(from, to) is not { } slot)
        {
            log.LogWarning("map flows is full ({Max} of {Max}); raise flowsMax", config.FlowsMax, config.FlowsMax);
            return false;
        }

        var installed = false;
        try
        {
            // From here the client's packets are stolen: what the socket holds is all there will be.
            var input = opening.Input;
            while (client.Socket.Available is > 0 and var more)
            {
                var rest = new byte[more];
                var count = client.Socket.Receive(rest);
                await leg.SendAsync(rest.AsMemory(0, count), cancellationToken);
                input = [.. input, .. rest.AsSpan(0, count)];
            }

            using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            timeout.CancelAfter(config.Limits.ConnectTimeout);
            await leg.AcknowledgedAsync(timeout.Token);
            kernel.AddBackendLeg(slot, leg.BackendEnd, leg.Inner);
            installed = await InstallAsync(opening with { Input = input }, slot, client, info, leg, from, to);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            log.LogWarning("backend {Backend} stopped taking a request half-way", leg.Backend.Name);
        }
        finally
        {
            if (!installed)
            {
                kernel.RemoveBackendLeg(leg.BackendEnd, leg.Inner);
                kernel.Abandon(slot, from, to);
            }
        }

        if (installed && directory.Find(opening.Id) is { } flow)
        {
            clientFin.PassOn(flow);
            if (opening.Head.BodyBytes != 0)
            {
                injector.AcknowledgeClient(flow);
            }
        }

        return installed;
    }

    private async Task<bool> InstallAsync(
        Opening opening, uint slot, LegSocket client, LegInfo info, BackendLeg leg, FlowEnd from, FlowEnd to)
    {
        client.Freeze();
        leg.Leg.Freeze();
        var backendInfo = leg.Leg.ReadInfo();
        var clientInfo = client.ReadInfo();
        if (!clientInfo.Sends || !backendInfo.Established || client.Socket.Available != 0 || leg.Leg.Socket.Available != 0
            || client.Unacknowledged != 0)
        {
            client.Thaw();
            leg.Leg.Thaw();
            return false;
        }

        var clientNumbers = client.ReadNumbers();
        var backendNumbers = leg.Leg.ReadNumbers();
        var (id, input) = (opening.Id, opening.Input);
        var length = (uint)input.Length;
        var finBytes = clientInfo.PeerEnded ? 1u : 0;
        var record = new FlowRecord
        {
            Id = id,
            Fence = 1,
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
        }
        catch (StoreUnavailableException exception)
        {
            log.LogError("flow {Flow} is refused: {Reason}", id, exception.Message);
            client.Thaw();
            leg.Leg.Thaw();
            return false;
        }

        opening.Setup.Enter(SetupStep.Install);
        var flow = new Flow(record, slot, kernel[slot].Generation);
        flow.ClientFinSeq = clientInfo.PeerEnded ? record.InSeq(length) : null;
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
            NowNs = MonotonicClock.NowNs,
        });
        injector.OpenBackend(record, length, clientNumbers.PeerWindow);
        opening.Setup.Done(record);
        return true;
    }
}
