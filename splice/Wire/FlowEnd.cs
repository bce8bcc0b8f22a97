using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Splice.Wire;

/// <summary>An address and a port. IPv4 is kept v4-mapped (RFC 4291 §2.5.5.2), so both families have one shape.</summary>
/// <remarks>Packed: a flow has four, there may be a million flows, and a UInt128 would be aligned to its own size.</remarks>
[StructLayout(LayoutKind.Sequential, Pack = sizeof(ushort))]
public readonly record struct FlowEnd
{
    private static readonly UInt128 MappedPrefix = new(0, 0x0000_ffff_0000_0000);
    private readonly ulong _upper;
    private readonly ulong _lower;

    public FlowEnd(UInt128 address, ushort port) => (_upper, _lower, Port) = ((ulong)(address >> 64), (ulong)address, port);

    public UInt128 Address => new(_upper, _lower);

    public ushort Port { get; init; }

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
