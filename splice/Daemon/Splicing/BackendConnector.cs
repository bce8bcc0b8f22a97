using System.Net;
using System.Net.Sockets;
using Splice.Daemon.Configuration;
using Splice.Daemon.Kernel;
using Splice.Daemon.Routing;
using Splice.Wire;
using Splice.Wire.Abi;

namespace Splice.Daemon.Splicing;

/// <summary>
/// Connects backend legs from the inner address of the pair that the client came to. What the kernel says on such a socket is rewritten on the way out: the
/// window is zero, so that the backend can receive but not answer, and the options are those the client negotiated.
/// </summary>
public sealed class BackendConnector
{
    private readonly SplicedConfig _config;
    private readonly InnerPorts _ports;
    private readonly ConnectingMap _connecting;
    private readonly TimeProvider _time;
    private readonly ConnectLeg _connect;

    public BackendConnector(SplicedConfig config, InnerPorts ports, ConnectingMap connecting, TimeProvider time)
        : this(config, ports, connecting, time, ConnectSocketAsync)
    {
    }

    internal BackendConnector(SplicedConfig config, InnerPorts ports, ConnectingMap connecting, TimeProvider time, ConnectLeg connect) =>
        (_config, _ports, _connecting, _time, _connect) = (config, ports, connecting, time, connect);

    internal async Task<BackendLeg?> ConnectAsync(
        Backend backend, FlowEnd @virtual, LegOffer offer, bool limited, CancellationToken cancellationToken)
    {
        // A flow of an address that was taken out of the configuration has nowhere to connect from.
        if (_config.AddressPairs.FirstOrDefault(pair => pair.Serves(@virtual)) is not { } pair || _ports.Take() is not { } port)
        {
            return null;
        }

        var (from, to) = (new IPEndPoint(pair.Inner, port), backend.EndPointFor(pair.Family));
        _connecting.Set(port, new SpliceConnecting
        {
            Limited = limited ? SpliceWindow.Later : SpliceWindow.Zero,
            StripSack = offer.Sack ? (byte)0 : (byte)1,
            MssMax = offer.SegmentBytes,
        });
        using var limit = new CancellationTokenSource(_config.Limits.ConnectTimeout, _time);
        using var giveUp = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            var socket = await _connect(from, to, offer.WindowShift, giveUp.Token);
            return new BackendLeg(backend, FlowEnd.From(to), socket, FlowEnd.From(from), _connecting, _ports, _time);
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException)
        {
            _connecting.Remove(port);
            _ports.Return(port);
            cancellationToken.ThrowIfCancellationRequested();
            return null;
        }
    }

    private static async Task<ILegSocket> ConnectSocketAsync(IPEndPoint from, IPEndPoint to, byte windowShift, CancellationToken cancellationToken)
    {
        var socket = new Socket(to.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
            socket.Bind(from);
            LegSocket.ScaleWindow(socket, windowShift);
            await socket.ConnectAsync(to, cancellationToken);
            return new LegSocket(socket);
        }
        catch
        {
            new LegSocket(socket).Abort();
            throw;
        }
    }
}
