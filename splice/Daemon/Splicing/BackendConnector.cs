using System.Net;
using System.Net.Sockets;
using Splice.Daemon.Configuration;
using Splice.Daemon.Kernel;
using Splice.Daemon.Routing;
using Splice.Wire;
using Splice.Wire.Abi;

namespace Splice.Daemon.Splicing;

/// <summary>
/// Connects backend legs from the inner address. What the kernel says on such a socket is rewritten on the way out: the
/// window is zero, so that the backend can receive but not answer, and the options are those the client negotiated.
/// </summary>
public sealed class BackendConnector(SplicedConfig config, InnerPorts ports, ConnectingMap connecting)
{
    internal async Task<BackendLeg?> ConnectAsync(
        Backend backend, bool sack, ushort segmentBytes, bool limited, CancellationToken cancellationToken)
    {
        if (ports.Take() is not { } port)
        {
            return null;
        }

        connecting.Set(port, new SpliceConnecting
        {
            Limited = limited ? SpliceWindow.Later : SpliceWindow.Zero,
            StripSack = sack ? (byte)0 : (byte)1,
            MssMax = segmentBytes,
        });
        var socket = new Socket(backend.EndPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        var leg = new BackendLeg(backend, new LegSocket(socket), new FlowEnd(FlowEnd.From(new IPEndPoint(config.InnerAddress, 0)).Address, port), connecting, ports);
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(config.Limits.ConnectTimeout);
        try
        {
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
            socket.Bind(new IPEndPoint(config.InnerAddress, port));
            await socket.ConnectAsync(backend.EndPoint, timeout.Token);
            return leg;
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException)
        {
            leg.Abandon();
            cancellationToken.ThrowIfCancellationRequested();
            return null;
        }
    }
}
