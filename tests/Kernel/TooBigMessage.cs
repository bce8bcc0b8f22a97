using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Tests.Kernel;

/// <summary>"Fragmentation needed" (RFC 792, RFC 1191) or "packet too big" (RFC 4443 §3.2) in plain words.</summary>
/// <param name="From">The router.</param>
/// <param name="To">Who had sent what was too big.</param>
/// <param name="Quoted">Of that, from its IP header on.</param>
internal sealed record TooBigMessage(IPAddress From, IPAddress To, byte[] Quoted)
{
    public uint Mtu { get; init; } = 1400;
    public byte Type { get; init; } = To.AddressFamily == AddressFamily.InterNetwork ? (byte)3 : (byte)2;
    public byte Code { get; init; } = To.AddressFamily == AddressFamily.InterNetwork ? (byte)4 : (byte)0;
    public byte Hops { get; init; } = 64;

    private bool IsV6 => To.AddressFamily == AddressFamily.InterNetworkV6;

    public byte[] ToBytes()
    {
        var icmp = Icmp();
        byte[] ethernet = [2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, .. IsV6 ? (byte[])[0x86, 0xdd] : [8, 0]];
        return [.. ethernet, .. IsV6 ? V6(icmp.Length) : V4(icmp.Length), .. icmp];
    }

    private byte[] Icmp()
    {
        byte[] icmp = [Type, Code, 0, 0, 0, 0, 0, 0, .. Quoted];
        BinaryPrimitives.WriteUInt32BigEndian(icmp.AsSpan(4), Mtu);
        var pseudo = IsV6 ? Packet.Sum(From.GetAddressBytes()) + Packet.Sum(To.GetAddressBytes()) + 58 + (uint)icmp.Length : 0;
        BinaryPrimitives.WriteUInt16BigEndian(icmp.AsSpan(2), (ushort)~Packet.Fold(pseudo + Packet.Sum(icmp)));
        return icmp;
    }

    private byte[] V4(int icmpBytes)
    {
        byte[] ip = [0x45, 0, 0, 0, 0, 0, 0, 0, Hops, 1, 0, 0, .. From.GetAddressBytes(), .. To.GetAddressBytes()];
        BinaryPrimitives.WriteUInt16BigEndian(ip.AsSpan(2), (ushort)(ip.Length + icmpBytes));
        BinaryPrimitives.WriteUInt16BigEndian(ip.AsSpan(10), (ushort)~Packet.Fold(Packet.Sum(ip)));
        return ip;
    }

    private byte[] V6(int icmpBytes)
    {
        byte[] ip = [0x60, 0, 0, 0, 0, 0, 58, Hops, .. From.GetAddressBytes(), .. To.GetAddressBytes()];
        BinaryPrimitives.WriteUInt16BigEndian(ip.AsSpan(4), (ushort)icmpBytes);
        return ip;
    }
}
