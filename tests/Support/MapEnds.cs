using System.Net;
using System.Net.Sockets;
using Splice.Wire.Abi;

namespace Tests.Support;

/// <summary>Endpoints as the maps keep them: network order, IPv4 mapped into IPv6.</summary>
public static unsafe class MapEnds
{
    private const int AddressBytes = 16;

    public static ushort Port(IPEndPoint endpoint) => (ushort)IPAddress.HostToNetworkOrder((short)endpoint.Port);

    public static void Write(IPEndPoint endpoint, byte* address) =>
        (endpoint.AddressFamily == AddressFamily.InterNetwork ? endpoint.Address.MapToIPv6() : endpoint.Address)
            .TryWriteBytes(new Span<byte>(address, AddressBytes), out _);

    public static SpliceLegKey Leg(IPEndPoint source, IPEndPoint destination)
    {
        var key = new SpliceLegKey { SourcePort = Port(source), DestinationPort = Port(destination) };
        Write(source, key.SourceAddress);
        Write(destination, key.DestinationAddress);
        return key;
    }

    public static SpliceServiceKey Service(IPEndPoint endpoint)
    {
        var key = new SpliceServiceKey { Port = Port(endpoint) };
        Write(endpoint, key.Address);
        return key;
    }
}
