using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Splice.Daemon.Accept;
using Splice.Daemon.Configuration;
using Splice.Daemon.Flows;
using Splice.Daemon.Routing;
using Splice.Daemon.Takeover;
using Splice.Store;
using Splice.Wire;
using Splice.Wire.Abi;

namespace Splice.Daemon.Splicing;

/// <summary>Takes an accepted connection through steps 3 to 9 of a flow's life: head, backend, freeze, commit, install.</summary>
public sealed class ConnectionSplicer(
    SplicedConfig config,
    Router router,
    BackendConnector connector,
    KernelFlows kernel,
    FlowDirectory directory,
    FlowInjector injector,
    FlowStore store,
    AnswerCounters answers,
    ActiveState active,
    FlowCounters counters,
    TimeProvider time,
    ILogger<ConnectionSplicer> log)
{
    private const int BackendsTriedMax = 3;
    private static readonly TimeSpan BackendPoll = TimeSpan.FromMilliseconds(10);

    public async Task SpliceAsync(Socket accepted, CancellationToken cancellationToken)
    {
        using var client = new LegSocket(accepted);
        accepted.NoDelay = true;
        var departed = active.Departed;
        using var here = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, departed);
        try
        {
            await SpliceAsync(client, here.Token);
        }
        catch (OperationCanceledException) when (departed.IsCancellationRequested)
        {
            Strand(client);
        }
    }

    private async Task SpliceAsync(LegSocket client, CancellationToken cancellationToken)
    {
        var reading = await HeadReader.ReadAsync(client.Socket, config.Limits, cancellationToken);
        if (reading.Head is null)
        {
            await AnswerAsync(client, reading.Status, cancellationToken);
            return;
        }

        var info = client.ReadInfo();
        if (!info.Established)
        {
            return;
        }

        var flowId = FlowId.NewRandom();
        foreach (var backend in (await ChooseAsync(reading.Head, cancellationToken)).Take(BackendsTriedMax))
        {
            if (await connector.ConnectAsync(backend, info.Sack, info.SegmentBytes, false, cancellationToken) is not { } leg)
            {
                log.LogWarning("backend {Backend} at {EndPoint} did not accept a connection; trying the next", backend.Name, backend.EndPoint);
                continue;
            }

            var (told, done) = (false, false);
            try
            {
                told = await TellAsync(flowId, client, reading.Head.Host, reading.Bytes, leg, cancellationToken);
                done = told && await JoinAsync(flowId, client, info, reading.Bytes, reading.Head, leg, cancellationToken);
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

        await AnswerAsync(client, HttpAnswer.Unavailable, cancellationToken);
    }

    /// <summary>Preamble and head to the backend; false if its kernel does not acknowledge them in time.</summary>
    private async Task<bool> TellAsync(
        FlowId id, LegSocket client, string host, byte[] head, BackendLeg leg, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(config.Limits.ConnectTimeout);
        try
        {
            if (leg.Backend.Kind == BackendKind.Hooks)
            {
                var (from, to) = ((IPEndPoint)client.Socket.RemoteEndPoint!, (IPEndPoint)client.Socket.LocalEndPoint!);
                var preamble = new Preamble(from, to, id, PreambleMode.New, 1, 0, 0, 0, host);
                await leg.SendAsync(PreambleCodec.Encode(preamble, config.ClusterKey), timeout.Token);
            }

            await leg.SendAsync(head, timeout.Token);
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
        FlowId id, LegSocket client, LegInfo info, byte[] head, RequestHead request, BackendLeg leg, CancellationToken cancellationToken)
    {
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
            var input = head;
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
            kernel.AddBackendLeg(slot, leg.Backend.End, leg.Inner);
            installed = await InstallAsync(id, slot, client, info, request.Host, input, leg, from, to);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            log.LogWarning("backend {Backend} stopped taking a request half-way", leg.Backend.Name);
        }
        finally
        {
            if (!installed)
            {
                kernel.RemoveBackendLeg(leg.Backend.End, leg.Inner);
                kernel.Abandon(slot, from, to);
            }
        }

        if (installed && request.BodyBytes != 0 && directory.Find(id) is { } flow)
        {
            injector.AcknowledgeClient(flow);
        }

        return installed;
    }

    private async Task<bool> InstallAsync(
        FlowId id, uint slot, LegSocket client, LegInfo info, string host, byte[] input, BackendLeg leg, FlowEnd from, FlowEnd to)
    {
        client.Freeze();
        leg.Leg.Freeze();
        var backendInfo = leg.Leg.ReadInfo();
        if (!client.ReadInfo().Established || !backendInfo.Established || client.Socket.Available != 0 || leg.Leg.Socket.Available != 0)
        {
            client.Thaw();
            leg.Leg.Thaw();
            return false;
        }

        var clientNumbers = client.ReadNumbers();
        var backendNumbers = leg.Leg.ReadNumbers();
        var length = (uint)input.Length;
        var record = new FlowRecord
        {
            Id = id,
            Fence = 1,
            Proxy = config.Name,
            Backend = leg.Backend.Name,
            Kind = leg.Backend.Kind,
            Host = host,
            Client = from,
            Virtual = to,
            Inner = leg.Inner,
            BackendEnd = leg.Backend.End,
            ClientSeq = clientNumbers.ReceiveSeq - length,
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

        var flow = new Flow(record, slot, kernel[slot].Generation);
        flow.Plain?.Request(0, input);
        directory.TryAdd(flow);
        leg.Backend.CountFlow(1);
        client.Dispose();
        leg.LeaveToKernel();
        kernel.Install(slot, record, new FlowStart
        {
            LoggedOffset = length,
            FedOffset = length,
            ClientAck = record.VirtualSeq,
            ClientSeqEnd = record.InSeq(length),
            ClientWindow = clientNumbers.PeerWindow,
            BackendWindow = backendNumbers.PeerWindow,
            NowNs = MonotonicClock.NowNs,
        });
        injector.OpenBackend(record, length, clientNumbers.PeerWindow);
        counters.CountSpliced();
        return true;
    }

    private async Task AnswerAsync(LegSocket client, int status, CancellationToken cancellationToken)
    {
        if (status == 0)
        {
            return;
        }

        // Without the address no backend can be reached either.
        if (status == HttpAnswer.Unavailable && !active.HasAddressNow())
        {
            Strand(client);
            return;
        }

        answers.Count(status);
        try
        {
            await client.Socket.SendAsync(HttpAnswer.For(status), SocketFlags.None, cancellationToken);
            client.Socket.Shutdown(SocketShutdown.Send);
        }
        catch (SocketException)
        {
            // The client has gone: nobody is left to hear the answer.
        }
    }

    /// <summary>
    /// The address left while the connection was not spliced yet, and nothing it says arrives here any more: the client is
    /// told at once, so that it connects again. Injected, because the stack does not send from an address that it lost.
    /// </summary>
    private void Strand(LegSocket client)
    {
        client.Freeze();
        var numbers = client.ReadNumbers();
        injector.ResetUnspliced(
            FlowEnd.From((IPEndPoint)client.Socket.LocalEndPoint!), FlowEnd.From((IPEndPoint)client.Socket.RemoteEndPoint!),
            numbers.SendSeq, numbers.ReceiveSeq);
    }
}
