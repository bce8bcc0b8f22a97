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

/// <summary>Takes an accepted connection through steps 2 to 9 of a flow's life: TLS, head, backend, and joining the two.</summary>
public sealed class ConnectionSplicer(
    SplicedConfig config,
    Router router,
    Admission admission,
    BackendConnector connector,
    ConnectionJoiner joiner,
    ClientAnswerer answerer,
    ActiveState active,
    FlowCounters counters,
    Durations durations,
    TimeProvider time,
    ILogger<ConnectionSplicer> log,
    TlsAcceptor? tls = null) : IDisposable
{
    private const int BackendsTriedMax = 3;
    private static readonly TimeSpan BackendPoll = TimeSpan.FromMilliseconds(10);
    private readonly TlsSecretsSeal _secrets = new(config.ClusterKey);

    public async Task SpliceAsync(Socket accepted, bool encrypted, CancellationToken cancellationToken)
    {
        using var client = new LegSocket(accepted);
        accepted.NoDelay = true;
        using var setup = new Setup(counters, durations, client);
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

    public void Dispose() => _secrets.Dispose();

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
        var sealedTls = connection is null ? [] : _secrets.Seal(flowId, connection.Secrets with { Ticket = default });
        var sealedTicket = connection is null ? [] : _secrets.Seal(flowId, connection.Secrets);
        var opening = new Opening(flowId, head, input, sealedTls, sealedTicket, (uint)(connection?.ClientBytes ?? 0), setup);
        setup.Enter(SetupStep.Choose);
        var chosen = await ChooseAsync(head, cancellationToken);
        var late = new HashSet<Backend>();
        // Where there is no other, the one that was too busy to accept is asked again.
        foreach (var backend in Enumerable.Repeat(chosen, BackendsTriedMax).SelectMany(all => all).Take(BackendsTriedMax).Where(backend => !late.Contains(backend)))
        {
            setup.Connect(backend);
            using var coming = backend.Expect();
            if (await connector.ConnectAsync(backend, client.Local, LegOffer.Of(info), false, cancellationToken) is not { } leg)
            {
                log.LogWarning("backend {Backend} at {EndPoint} did not accept a connection; trying the next", backend.Name, backend.EndPoint);
                continue;
            }

            var outcome = JoinOutcome.BackendLate;
            try
            {
                (outcome, opening) = await joiner.JoinAsync(opening, client, info, leg, cancellationToken);
            }
            finally
            {
                if (outcome is not JoinOutcome.Joined)
                {
                    leg.Abandon();
                }
            }

            if (outcome is JoinOutcome.Joined)
            {
                return;
            }

            if (outcome is JoinOutcome.Refused)
            {
                break;
            }

            log.LogWarning("backend {Backend} at {EndPoint} did not take a request; trying the next", backend.Name, backend.EndPoint);
            late.Add(backend);
            opening = opening.Next();
        }

        await answerer.AnswerAsync(client, connection, HttpAnswer.For(HttpAnswer.Unavailable), cancellationToken);
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
}
