using System.Diagnostics;
using System.Net.Sockets;
using Splice.Daemon.Configuration;
using Splice.Daemon.Telemetry;

namespace Splice.Daemon.Tls;

/// <summary>Takes an accepted connection through its TLS handshake, within the limits, and counts what became of it.</summary>
public sealed class TlsAcceptor(
    TlsConfig config, CertificateStore certificates, TicketKeys ticketKeys, HandshakeCounters counters, Durations durations) : IDisposable
{
    private volatile Era? _era;

    // Those who wait for a place are fewer than connectingMax, and none waits longer than its handshake may take.
    private readonly SemaphoreSlim _places = new(config.HandshakesMax);

    /// <summary>Never throws for what a client does. The socket of a failed one is shut down for sending; the caller closes it.</summary>
    public async Task<HandshakeOutcome> AcceptAsync(Socket client, CancellationToken cancellationToken)
    {
        var began = Stopwatch.GetTimestamp();
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(config.HandshakeTimeout);
        HandshakeOutcome outcome;
        try
        {
            outcome = await HandshakeAsync(client, timeout.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            outcome = HandshakeOutcome.Failed(HandshakeFailure.Timeout, $"not finished after {config.HandshakeTimeout.TotalSeconds:0.#} s");
        }
        catch (SocketException exception)
        {
            outcome = HandshakeOutcome.Failed(HandshakeFailure.Closed, exception.Message);
        }

        if (outcome.Connection is null)
        {
            counters.CountFailed(outcome.Failure);
            ShutDown(client);
        }
        else
        {
            counters.CountOk();
            durations.Handshake(Stopwatch.GetElapsedTime(began));
        }

        return outcome;
    }

    public void Dispose()
    {
        _era?.Context.Dispose();
        _places.Dispose();
    }

    private async Task<HandshakeOutcome> HandshakeAsync(Socket client, CancellationToken cancellationToken)
    {
        using var reader = new HandshakeRecordReader(client, config.HandshakeBytesMax);
        // Before the wait for a place, so that connections that say nothing take none.
        var first = await reader.ReadAsync(cancellationToken);
        if (first.IsEmpty)
        {
            return HandshakeOutcome.Failed(reader.Failure, "no first TLS record");
        }

        await _places.WaitAsync(cancellationToken);
        counters.Begin();
        try
        {
            var era = CurrentEra();
            using var handshake = new TlsHandshake(era.Context, era.Certificates);
            return await RunAsync(client, reader, first, handshake, cancellationToken);
        }
        finally
        {
            counters.End();
            _places.Release();
        }
    }

    /// <summary>The old one goes with the last handshake that has it.</summary>
    private Era CurrentEra()
    {
        var (day, current) = (ticketKeys.Day, certificates.Current);
        return _era is { } era && era.Day == day && era.Certificates == current
            ? era
            : _era = new Era(day, current, new TlsContext(ticketKeys.For(day, current)));
    }

    private static async Task<HandshakeOutcome> RunAsync(
        Socket client, HandshakeRecordReader reader, ReadOnlyMemory<byte> record, TlsHandshake handshake, CancellationToken cancellationToken)
    {
        while (!record.IsEmpty)
        {
            var step = handshake.Advance(record.Span);
            if (step is HandshakeStep.Done)
            {
                return new HandshakeOutcome(handshake.Finish(reader.TotalBytes), default, "");
            }

            await SendAsync(client, handshake.TakeOutput(), cancellationToken);
            if (step is HandshakeStep.Failed)
            {
                return HandshakeOutcome.Failed(handshake.Failure, handshake.Reason);
            }

            record = await reader.ReadAsync(cancellationToken);
        }

        return HandshakeOutcome.Failed(reader.Failure, "the next TLS record did not come");
    }

    private static async ValueTask SendAsync(Socket client, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[await client.SendAsync(bytes, SocketFlags.None, cancellationToken)..];
        }
    }

    private static void ShutDown(Socket client)
    {
        try
        {
            client.Shutdown(SocketShutdown.Send);
        }
        catch (SocketException)
        {
            // Gone already.
        }
    }

    /// <summary>As long as neither the day nor a certificate changes.</summary>
    private sealed record Era(long Day, CertificateSet Certificates, TlsContext Context);
}
