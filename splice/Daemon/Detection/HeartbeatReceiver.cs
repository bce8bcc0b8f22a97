using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Splice.Daemon.Configuration;
using Splice.Daemon.Handover;
using Splice.Daemon.Routing;
using Splice.Wire;

namespace Splice.Daemon.Detection;

/// <summary>
/// Receives heartbeats and judges silence, on a thread of its own. Starvation of this process must not look like the death
/// of others: datagrams that wait are read before judging, and the time by which a tick came late is forgiven to all.
/// </summary>
public sealed class HeartbeatReceiver : IDisposable
{
    private readonly SplicedConfig _config;
    private readonly BackendWatch _watch;
    private readonly HandoverQueue _handovers;
    private readonly TimeProvider _time;
    private readonly ILogger<HeartbeatReceiver> _log;
    private readonly Socket _socket;
    private readonly SocketAddress _sender;
    private volatile bool _stopped;

    public HeartbeatReceiver(
        SplicedConfig config, BackendWatch watch, HandoverQueue handovers, TimeProvider time, ILogger<HeartbeatReceiver> log)
    {
        (_config, _watch, _handovers, _time, _log) = (config, watch, handovers, time, log);
        _socket = new Socket(config.HeartbeatListen.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        _socket.Bind(config.HeartbeatListen);
        _sender = new SocketAddress(config.HeartbeatListen.AddressFamily);
    }

    public void Start() => PromptThread.Start("heartbeats", Run);

    public void Dispose()
    {
        _stopped = true;
        _socket.Dispose();
    }

    private void Run(bool raised)
    {
        if (!raised)
        {
            _log.LogWarning("heartbeats are judged at normal priority; with LimitNICE=-10 a busy machine would look less like dead backends");
        }

        var buffer = new byte[HeartbeatCodec.LengthBytesMax];
        var judge = new SilenceJudge(_config, _watch, _handovers, _time);
        try
        {
            while (!_stopped)
            {
                if (_socket.Poll(SilenceJudge.Tick, SelectMode.SelectRead))
                {
                    Drain(buffer);
                }

                judge.Judge();
            }
        }
        catch (SocketException exception) when (!_stopped)
        {
            _log.LogCritical("heartbeats can no longer be received: {Reason}", exception.Message);
            throw;
        }
        catch (Exception exception) when (_stopped && exception is SocketException or ObjectDisposedException)
        {
            // Closed by Dispose.
        }
    }

    private void Drain(byte[] buffer)
    {
        while (_socket.Available > 0)
        {
            var count = _socket.ReceiveFrom(buffer, SocketFlags.None, _sender);
            if (HeartbeatCodec.Decode(buffer.AsSpan(0, count), _config.ClusterKey) is { } heartbeat
                && _watch.Beat(heartbeat, _time.GetTimestamp()))
            {
                Return(buffer.AsSpan(0, count));
            }
        }
    }

    private void Return(ReadOnlySpan<byte> heartbeat)
    {
        try
        {
            _socket.SendTo(heartbeat, SocketFlags.None, _sender);
        }
        catch (SocketException)
        {
            // Its next one may find its way back.
        }
    }
}
