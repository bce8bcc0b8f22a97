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
public sealed class BackendConnector(SplicedConfig config, InnerPorts ports, ConnectingMap connecting)
{
    internal async Task<BackendLeg?> ConnectAsync(
        Backend backend, FlowEnd @virtual, bool sack, ushort segmentBytes, bool limited, CancellationToken cancellationToken)
    {
        // A flow of an address that was taken out of the configuration has nowhere to connect from.
        if (config.AddressPairs.FirstOrDefault(pair => pair.Serves(@virtual)) is not { } pair || ports.Take() is not { } port)
        {
            return null;
        }

        var (from, to) = (new IPEndPoint(pair.Inner, port), backend.EndPointFor(pair.Family));

        connecting.Set(port, new SpliceConnecting
        {
            Limited = limited ? SpliceWindow.Later : SpliceWindow.Zero,
            StripSack = sack ? (byte)0 : (byte)1,
            MssMax = segmentBytes,
        });
        var socket = new Socket(pair.Family, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        var leg = new BackendLeg(backend, FlowEnd.From(to), new LegSocket(socket), FlowEnd.From(from), connecting, ports);
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(config.Limits.ConnectTimeout);
        try
        {
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
            socket.Bind(from);
            await socket.ConnectAsync(to, timeout.Token);
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
