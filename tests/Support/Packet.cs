using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Tests.Support;

/// <summary>A TCP packet in plain words; written and read without any code of the splice.</summary>
public sealed record Packet(IPEndPoint Source, IPEndPoint Destination)
{
    public const byte Fin = 1, Syn = 2, Rst = 4, Psh = 8, Ack = 16;

    public uint Seq { get; init; }
    public uint AckNumber { get; init; }
    public byte Flags { get; init; } = Ack;
    public ushort Window { get; init; } = 1000;
    public byte[] Options { get; init; } = [];
    public byte[] Payload { get; init; } = [];

    /// <summary>Bytes between the IPv4 header's fixed part and TCP, or IPv6 extension headers (each 8 bytes, destination options).</summary>
    public int ExtraBytes { get; init; }

    public bool HasAck => (Flags & Ack) != 0;

    private bool IsV6 => Source.AddressFamily == AddressFamily.InterNetworkV6;

    public byte[] ToBytes()
    {
        var tcp = Tcp();
        var ip = IsV6 ? V6(tcp.Length) : V4(tcp.Length);
        byte[] ethernet = [2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, .. IsV6 ? (byte[])[0x86, 0xdd] : [8, 0]];
        return [.. ethernet, .. ip, .. tcp];
    }

    /// <summary>The window field of a frame.</summary>
    public static ushort WindowOf(byte[] frame) => BinaryPrimitives.ReadUInt16BigEndian(frame.AsSpan(TcpOffset(frame) + 14));

    /// <summary>Whether every checksum in the frame is right.</summary>
    public static bool HasRightChecksums(byte[] frame)
    {
        var v6 = frame[12] == 0x86;
        var header = v6 ? 40 : (frame[14] & 15) * 4;
        var tcp = frame.AsSpan(TcpOffset(frame));
        var pseudo = v6 ? Sum(frame.AsSpan(22, 32)) : Sum(frame.AsSpan(26, 8));
        var right = Fold(pseudo + 6 + (uint)tcp.Length + Sum(tcp)) == 0xffff;
        return right && (v6 || Fold(Sum(frame.AsSpan(14, header))) == 0xffff);
    }

    /// <summary>Sum of 16-bit words (RFC 1071), not folded.</summary>
    public static uint Sum(ReadOnlySpan<byte> bytes)
    {
        uint sum = 0;
        for (var i = 0; i < bytes.Length; i++)
            sum += (uint)(i % 2 == 0 ? bytes[i] << 8 : bytes[i]);
        return sum;
    }

    public static uint Fold(uint sum)
    {
        while (sum > 0xffff)
            sum = (sum & 0xffff) + (sum >> 16);
        return sum;
    }

    private static int TcpOffset(byte[] frame)
    {
        var v6 = frame[12] == 0x86;
        var at = 14 + (v6 ? 40 : (frame[14] & 15) * 4);
        for (var next = v6 ? frame[20] : 6; next != 6; next = frame[at], at += 8)
        {
            if (next != 60)
                throw new ArgumentException($"the frame has a header {next}, which no test sends", nameof(frame));
        }

        return at;
    }

    private byte[] Tcp()
    {
        var tcp = new byte[20 + Options.Length + Payload.Length];
        BinaryPrimitives.WriteUInt16BigEndian(tcp, (ushort)Source.Port);
        BinaryPrimitives.WriteUInt16BigEndian(tcp.AsSpan(2), (ushort)Destination.Port);
        BinaryPrimitives.WriteUInt32BigEndian(tcp.AsSpan(4), Seq);
        BinaryPrimitives.WriteUInt32BigEndian(tcp.AsSpan(8), AckNumber);
        tcp[12] = (byte)((20 + Options.Length) / 4 << 4);
        tcp[13] = Flags;
        BinaryPrimitives.WriteUInt16BigEndian(tcp.AsSpan(14), Window);
        Options.CopyTo(tcp, 20);
        Payload.CopyTo(tcp, 20 + Options.Length);
        var pseudo = Sum(Source.Address.GetAddressBytes()) + Sum(Destination.Address.GetAddressBytes());
        BinaryPrimitives.WriteUInt16BigEndian(tcp.AsSpan(16), (ushort)~Fold(pseudo + 6 + (uint)tcp.Length + Sum(tcp)));
        return tcp;
    }

    private byte[] V4(int tcpBytes)
    {
        var ip = new byte[20 + ExtraBytes];
        ip[0] = (byte)(0x40 | ip.Length / 4);
        BinaryPrimitives.WriteUInt16BigEndian(ip.AsSpan(2), (ushort)(ip.Length + tcpBytes));
        ip[6] = 0x40;
        ip[8] = 64;
        ip[9] = 6;
        Source.Address.GetAddressBytes().CopyTo(ip, 12);
        Destination.Address.GetAddressBytes().CopyTo(ip, 16);
        ip.AsSpan(20).Fill(1);
        BinaryPrimitives.WriteUInt16BigEndian(ip.AsSpan(10), (ushort)~Fold(Sum(ip)));
        return ip;
    }

    private byte[] V6(int tcpBytes)
    {
        var ip = new byte[40 + ExtraBytes];
        ip[0] = 0x60;
        BinaryPrimitives.WriteUInt16BigEndian(ip.AsSpan(4), (ushort)(ExtraBytes + tcpBytes));
        ip[6] = (byte)(ExtraBytes == 0 ? 6 : 60);
        ip[7] = 64;
        Source.Address.GetAddressBytes().CopyTo(ip, 8);
        Destination.Address.GetAddressBytes().CopyTo(ip, 24);
        for (var at = 40; at < ip.Length; at += 8)
        {
            ip[at] = (byte)(at + 8 == ip.Length ? 6 : 60);
            ip[at + 2] = 1; // PadN of four bytes
            ip[at + 3] = 4;
        }

        return ip;
    }
}
