using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Splice.Daemon.Configuration;
using Splice.Daemon.Flows;
using Splice.Daemon.Splicing;

namespace Splice.Daemon.Accept;

/// <summary>Accepts clients on the virtual address, whether or not this proxy has it at the moment.</summary>
public sealed class Listener : IDisposable
{
    private const int Backlog = 4096;

    /// <summary>Not more than a fresh backend socket offers: the window's right edge must not move left at the splice.</summary>
    private const int WindowClampBytes = 32 * 1024;

    private readonly SplicedConfig _config;
    private readonly ConnectionSplicer _splicer;
    private readonly FlowCounters _counters;
    private readonly AnswerCounters _answers;
    private readonly ILogger<Listener> _log;
    private readonly Socket _socket;

    public unsafe Listener(
        SplicedConfig config, ConnectionSplicer splicer, FlowCounters counters, AnswerCounters answers, ILogger<Listener> log)
    {
        (_config, _splicer, _counters, _answers, _log) = (config, splicer, counters, answers, log);
        _socket = new Socket(config.VirtualAddress.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        _socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        var clamp = WindowClampBytes;
        _ = Libc.SetSockOpt(_socket.Handle, Libc.SolTcp, Libc.TcpWindowClamp, &clamp, sizeof(int));
        _socket.Bind(new IPEndPoint(config.VirtualAddress, config.Port));
        _socket.Listen(Backlog);
    }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            Socket client;
            try
            {
                client = await _socket.AcceptAsync(cancellationToken);
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

            _ = HandleAsync(client, cancellationToken);
        }
    }

    public void Dispose() => _socket.Dispose();

    /// <summary>Owner of one connection until it is spliced: whatever goes wrong with it ends here.</summary>
    private async Task HandleAsync(Socket client, CancellationToken cancellationToken)
    {
        try
        {
            if (_counters.BeginConnecting() > _config.Limits.ConnectingMax)
            {
                _answers.Count(HttpAnswer.Unavailable);
                await client.SendAsync(HttpAnswer.For(HttpAnswer.Unavailable), SocketFlags.None, cancellationToken);
                return;
            }

            await _splicer.SpliceAsync(client, cancellationToken);
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
}
