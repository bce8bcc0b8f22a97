using System.Net.Sockets;
using Splice.Wire;

namespace Splice.Hooks;

/// <summary>
/// Asks the kernel how much of a connection's output the client has acknowledged; the splice translates the client's
/// acknowledgements, so the backend's kernel knows.
/// </summary>
internal sealed class AckProbe(Socket? socket)
{
    /// <summary>Without a socket, as in tests over pipes, everything counts as acknowledged.</summary>
    public bool IsAcknowledged(ulong bytes) => socket is null || TcpInfo.BytesAcknowledged(socket) >= bytes;
}
