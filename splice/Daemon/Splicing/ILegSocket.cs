using System.Net;
using System.Net.Sockets;
using Splice.Wire;

namespace Splice.Daemon.Splicing;

/// <summary>One leg while it still is a socket, and its way out of the kernel.</summary>
internal interface ILegSocket : IDisposable
{
    /// <summary>This machine's end of the leg.</summary>
    FlowEnd Local { get; }

    FlowEnd Remote { get; }

    /// <summary>Bytes received that nobody has read.</summary>
    int Available { get; }

    /// <summary>Bytes sent that the peer has not acknowledged.</summary>
    int Unacknowledged { get; }

    LegInfo ReadInfo();

    /// <summary>Sequence numbers of the next byte to send and to receive, the latter after the peer's FIN if it has come, and
    /// the peer's window. Only while frozen.</summary>
    LegNumbers ReadNumbers();

    /// <summary>Stops the socket; packets must be stolen from it beforehand, since the kernel goes on taking them in.</summary>
    void Freeze();

    /// <summary>Back to life without a window probe.</summary>
    void Thaw();

    /// <exception cref="SocketException">The peer has reset the connection.</exception>
    ValueTask<int> SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken);

    /// <summary>0 if the peer has closed.</summary>
    /// <exception cref="SocketException">The peer has reset the connection.</exception>
    ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken);

    /// <summary>Ends the connection with a reset instead of a polite FIN.</summary>
    void Abort();
}

/// <summary>Connects a leg from one of our own addresses; its windows are scaled by so many bits, if the peer scales at all.</summary>
/// <exception cref="SocketException">From the task: nobody takes it.</exception>
internal delegate Task<ILegSocket> ConnectLeg(IPEndPoint from, IPEndPoint to, byte windowShift, CancellationToken cancellationToken);
