using System.Buffers.Binary;
using System.Net;
using Splice.Wire;
using Tests.Simulation.Network;

namespace Tests.Simulation.Proxies;

/// <summary>Reads the packets that spliced composes.</summary>
internal static class PacketReader
{
    private const int IpBytes = 20;

    public static Segment Read(ReadOnlySpan<byte> packet)
    {
        var tcp = packet[IpBytes..];
        return new Segment(
            End(packet[12..16], tcp),
            End(packet[16..20], tcp[2..]),
            BinaryPrimitives.ReadUInt32BigEndian(tcp[4..]),
            BinaryPrimitives.ReadUInt32BigEndian(tcp[8..]),
            BinaryPrimitives.ReadUInt16BigEndian(tcp[14..]),
            tcp[((tcp[12] >> 4) * 4)..].ToArray())
        {
            IsFin = (tcp[13] & 1) != 0,
            IsReset = (tcp[13] & 4) != 0,
        };
    }

    private static FlowEnd End(ReadOnlySpan<byte> address, ReadOnlySpan<byte> port) =>
        FlowEnd.From(new IPEndPoint(new IPAddress(address), BinaryPrimitives.ReadUInt16BigEndian(port)));
}
