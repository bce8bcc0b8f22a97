using System.Buffers.Binary;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Splice.Wire;

namespace Splice.Hooks;

/// <summary>Tells every proxy that this backend lives. On a thread of its own: a full thread pool is not a dead process.</summary>
internal sealed class HeartbeatSender(SpliceOptions options, SpliceBackend backend, IServiceProvider services, ILogger<HeartbeatSender> log)
    : IHostedService, IDisposable
{
    /// <summary>After such a silence flows may have moved elsewhere: the proxies wait no longer.</summary>
    private static readonly TimeSpan LongSilence = TimeSpan.FromMilliseconds(100);

    // Without spinning: it waits fifty times a second, and nearly always in vain.
    private readonly ManualResetEventSlim _stop = new(false, spinCount: 0);
    private readonly Socket _socket = new(SocketType.Dgram, ProtocolType.Udp);
    private readonly byte[] _returned = new byte[HeartbeatCodec.LengthBytesMax];
    private readonly ulong _incarnation = BinaryPrimitives.ReadUInt64BigEndian(RandomNumberGenerator.GetBytes(8));
    private Thread? _thread;
    private ulong _sequence;
    private long _sentAt = Stopwatch.GetTimestamp();
    private bool _wasAway;
    private Task _givingUp = Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _thread = PromptThread.Start("heartbeats", Run);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        _stop.Set();
        _thread?.Join();
        return Task.CompletedTask;
    }

    public void Dispose()
    {
        _socket.Dispose();
        _stop.Dispose();
    }

    private void Run(bool raised)
    {
        if (!raised)
        {
            log.LogInformation("heartbeats run at normal priority; with LimitNICE=-10 a busy machine would look less like a dead one");
        }

        do
        {
            NoteAbsence();
            Send();
        }
        while (!_stop.Wait(options.HeartbeatInterval));
    }

    /// <summary>Back from being frozen, from where it reached no store, or from where a proxy did not hear it.</summary>
    private void NoteAbsence()
    {
        var isCutOff = backend.Stores == 0;
        _wasAway |= isCutOff || Stopwatch.GetElapsedTime(_sentAt) > LongSilence || WasTakenForDead();
        _sentAt = Stopwatch.GetTimestamp();
        if (_wasAway && !isCutOff && _givingUp.IsCompleted)
        {
            _wasAway = false;
            _givingUp = Task.Run(backend.GiveUpMovedAsync);
        }
    }

    /// <summary>A proxy returns the heartbeats of one that it hears of again.</summary>
    private bool WasTakenForDead()
    {
        var wasTakenForDead = false;
        try
        {
            while (_socket.Available > 0)
            {
                var count = _socket.Receive(_returned);
                wasTakenForDead |= HeartbeatCodec.Decode(_returned.AsSpan(0, count), options.ClusterKey.Span)?.Incarnation == _incarnation;
            }
        }
        catch (SocketException)
        {
            // What is longer than any heartbeat is none.
        }

        return wasTakenForDead;
    }

    private void Send()
    {
        var heartbeat = new Heartbeat(
            options.Name, _incarnation, ++_sequence, (uint)backend.Flows, backend.Stores, options.IsReady(services), !backend.Files.HasRoom, backend.Build);
        var bytes = HeartbeatCodec.Encode(heartbeat, options.ClusterKey.Span);
        foreach (var proxy in options.Proxies)
        {
            try
            {
                _socket.SendTo(bytes, SocketFlags.None, Mapped(proxy));
            }
            catch (SocketException)
            {
                // An unreachable proxy hears nothing; that is what it is told by the others too.
            }
        }
    }

    private static IPEndPoint Mapped(IPEndPoint proxy) => new(proxy.Address.MapToIPv6(), proxy.Port);
}
