using System.Buffers.Binary;
using Splice.Wire;

namespace Splice.Daemon.Injection;

/// <summary>The IP header of an injected segment, IPv4 (RFC 791) or IPv6 (RFC 8200) by its addresses.</summary>
internal static class IpHeader
{
    private const int Bytes4 = 20;
    private const int Bytes6 = 40;
    private const byte ProtocolTcp = 6;
    private const byte HopsMax = 64;

    public static int BytesFor(FlowEnd end) => end.IsIPv4 ? Bytes4 : Bytes6;

    /// <summary>Fills the beginning of a cleared packet; returns where both addresses lie. The kernel adds IPv4's checksum.</summary>
    public static ReadOnlySpan<byte> Write(Span<byte> packet, FlowEnd from, FlowEnd to) =>
        from.IsIPv4 ? Write4(packet, from, to) : Write6(packet, from, to);

    private static ReadOnlySpan<byte> Write4(Span<byte> packet, FlowEnd from, FlowEnd to)
    {
        const byte DoNotFragment = 0x40;
        packet[0] = 0x45;
        BinaryPrimitives.WriteUInt16BigEndian(packet[2..], (ushort)packet.Length);
        packet[6] = DoNotFragment;
        packet[8] = HopsMax;
        packet[9] = ProtocolTcp;
        BinaryPrimitives.WriteUInt32BigEndian(packet[12..], (uint)from.Address);
        BinaryPrimitives.WriteUInt32BigEndian(packet[16..], (uint)to.Address);
        return packet[12..Bytes4];
    }

    private static ReadOnlySpan<byte> Write6(Span<byte> packet, FlowEnd from, FlowEnd to)
    {
        packet[0] = 0x60;
        BinaryPrimitives.WriteUInt16BigEndian(packet[4..], (ushort)(packet.Length - Bytes6));
        packet[6] = ProtocolTcp;
        packet[7] = HopsMax;
        from.WriteAddress(packet[8..]);
        to.WriteAddress(packet[24..]);
        return packet[8..Bytes6];
    }
}
