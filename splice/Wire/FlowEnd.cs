using System.Net;
using System.Net.Sockets;

namespace Splice.Wire;

/// <summary>An address and a port. IPv4 is kept v4-mapped (RFC 4291 §2.5.5.2), so both families have one shape.</summary>
public readonly record struct FlowEnd(UInt128 Address, ushort Port)
{
    private static readonly UInt128 MappedPrefix = new(0, 0x0000_ffff_0000_0000);

    public bool IsIPv4 => (Address >> 32) == (MappedPrefix >> 32);

    public static FlowEnd From(IPEndPoint endPoint) => new(AddressOf(endPoint.Address), (ushort)endPoint.Port);

    /// <summary>An address as the ends of flows hold it.</summary>
    public static UInt128 AddressOf(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        if (address.AddressFamily == AddressFamily.InterNetwork)
        {
            address.MapToIPv6().TryWriteBytes(bytes, out _);
        }
        else
        {
            address.TryWriteBytes(bytes, out _);
        }

        return ReadAddress(bytes);
    }

    public IPEndPoint ToEndPoint() => new(ToAddress(), Port);

    public IPAddress ToAddress()
    {
        Span<byte> bytes = stackalloc byte[16];
        WriteAddress(bytes);
        return IsIPv4 ? new IPAddress(bytes[12..]) : new IPAddress(bytes);
    }

    public void WriteAddress(Span<byte> bytes) =>
        System.Buffers.Binary.BinaryPrimitives.WriteUInt128BigEndian(bytes, Address);

    public static UInt128 ReadAddress(ReadOnlySpan<byte> bytes) =>
        System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(bytes);

    public override string ToString() => ToEndPoint().ToString();
}
