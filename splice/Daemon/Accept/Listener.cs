using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Splice.Daemon.Configuration;
using Splice.Daemon.Flows;
using Splice.Daemon.Splicing;
using Splice.Daemon.Tls;

namespace Splice.Daemon.Accept;

/// <summary>Accepts clients on the virtual addresses, HTTP and HTTPS, whether or not this proxy has them at the moment.</summary>
public sealed class Listener : IDisposable
{
    private const int Backlog = 4096;

    /// <summary>A connection's window does not grow here beyond what it began with, and a fresh backend socket begins with as much:
    /// the window's right edge must not move left at the splice.</summary>
    private const int WindowClampBytes = 32 * 1024;

    private readonly SplicedConfig _config;
    private readonly ConnectionSplicer _splicer;
    private readonly FlowCounters _counters;
    private readonly AnswerCounters _answers;
    private readonly HandshakeCounters _handshakes;
    private readonly ILogger<Listener> _log;
    private readonly IReadOnlyList<Socket> _plain;
    private readonly IReadOnlyList<Socket> _encrypted;

    public Listener(
        SplicedConfig config, ConnectionSplicer splicer, FlowCounters counters, AnswerCounters answers, HandshakeCounters handshakes,
        ILogger<Listener> log)
    {
        (_config, _splicer, _counters, _answers, _handshakes, _log) = (config, splicer, counters, answers, handshakes, log);
        _plain = config.AddressPairs.Select(pair => Listen(new IPEndPoint(pair.Virtual, config.Port))).ToList();
        _encrypted = config.Tls is { } tls ? config.AddressPairs.Select(pair => Listen(new IPEndPoint(pair.Virtual, tls.Port))).ToList() : [];
    }

    /// <summary>Ends when one of the loops does.</summary>
    public async Task RunAsync(CancellationToken cancellationToken) =>
        await await Task.WhenAny(
            [.. _plain.Select(socket => AcceptAsync(socket, false, cancellationToken)), .. _encrypted.Select(socket => AcceptAsync(socket, true, cancellationToken))]);

    public void Dispose()
    {
        foreach (var socket in _plain.Concat(_encrypted))
        {
            socket.Dispose();
        }
    }

    private static Socket Listen(IPEndPoint endPoint)
    {
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        socket.Bind(endPoint);
        socket.Listen(Backlog);
        return socket;
    }

    private async Task AcceptAsync(Socket listening, bool encrypted, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            Socket client;
            try
            {
                client = await listening.AcceptAsync(cancellationToken);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (SocketException exception)
            {
                _log.LogWarning("a connection could not be accepted: {Reason}", exception.Message);
                continue;
            }

            ClampWindow(client);
            _ = HandleAsync(client, encrypted, cancellationToken);
        }
    }

    /// <summary>Not of the listener: the window scale of the SYN-ACK follows from the clamp (Linux tcp_select_initial_window) and is in
    /// force for the whole flow. Without scaling, an upload gets no more than 64 KiB per round trip.</summary>
    private static unsafe void ClampWindow(Socket client)
    {
        var clamp = WindowClampBytes;
        _ = Libc.SetSockOpt(client.Handle, Libc.SolTcp, Libc.TcpWindowClamp, &clamp, sizeof(int));
    }

    /// <summary>Owner of one connection until it is spliced: whatever goes wrong with it ends here.</summary>
    private async Task HandleAsync(Socket client, bool encrypted, CancellationToken cancellationToken)
    {
        try
        {
            if (_counters.BeginConnecting() > _config.Limits.ConnectingMax)
            {
                await TurnAwayAsync(client, encrypted, cancellationToken);
                return;
            }

            await _splicer.SpliceAsync(client, encrypted, cancellationToken);
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            _log.LogDebug("a connection ended before it was spliced: {Reason}", exception.Message);
        }
        catch (Exception exception)
        {
            _log.LogError(exception, "a connection could not be spliced");
        }
        finally
        {
            _counters.EndConnecting();
            client.Dispose();
        }
    }

    private async ValueTask TurnAwayAsync(Socket client, bool encrypted, CancellationToken cancellationToken)
    {
        _counters.CountRefused(SetupStep.Accept);
        if (encrypted)
        {
            // An answer would need the handshake that there are too many of.
            _handshakes.CountFailed(HandshakeFailure.Crowded);
            return;
        }

        _answers.Count(HttpAnswer.Unavailable);
        await client.SendAsync(HttpAnswer.For(HttpAnswer.Unavailable).Bytes, SocketFlags.None, cancellationToken);
    }
}
