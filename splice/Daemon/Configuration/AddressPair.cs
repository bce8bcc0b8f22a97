using System.Net;
using System.Net.Sockets;
using Splice.Wire;

namespace Splice.Daemon.Configuration;

/// <summary>
/// Two addresses of one family that are always on the same proxy. Each pair moves by itself, so a proxy can be active for
/// one and stand by for another.
/// </summary>
/// <param name="Virtual">The address clients use (VIP).</param>
/// <param name="Inner">The address backends see as their peer.</param>
public sealed record AddressPair(IPAddress Virtual, IPAddress Inner)
{
    public AddressFamily Family => Virtual.AddressFamily;

    /// <summary>Whether a flow with this virtual end came through the pair.</summary>
    public bool Serves(FlowEnd end) => end.Address == FlowEnd.AddressOf(Virtual);
}
