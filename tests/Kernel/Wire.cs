using System.Net;
using System.Net.Sockets;
using Splice.Wire.Abi;

namespace Tests.Kernel;

/// <summary>Endpoints as the maps keep them: network order, IPv4 mapped into IPv6.</summary>
internal static unsafe class Wire
{
    public static ushort Port(IPEndPoint endpoint) => (ushort)IPAddress.HostToNetworkOrder((short)endpoint.Port);

    public static void Write(IPEndPoint endpoint, byte* address) =>
        Assert.True((endpoint.AddressFamily == AddressFamily.InterNetwork ? endpoint.Address.MapToIPv6() : endpoint.Address)
            .TryWriteBytes(new Span<byte>(address, 16), out _));

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
