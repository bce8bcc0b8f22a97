using System.Runtime.InteropServices;

namespace Splice.Wire.Abi;

/// <summary>Mirror of <c>struct splice_leg_key</c>: the addresses of a packet as it arrives. Network order.</summary>
[StructLayout(LayoutKind.Sequential)]
public unsafe struct SpliceLegKey
{
    public fixed byte SourceAddress[16];
    public fixed byte DestinationAddress[16];
    public ushort SourcePort;
    public ushort DestinationPort;
}

/// <summary>Mirror of <c>struct splice_leg</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct SpliceLeg
{
    public uint Slot;
    public SpliceDirection Direction;
}

/// <summary>Mirror of <c>struct splice_service_key</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
public unsafe struct SpliceServiceKey
{
    public fixed byte Address[16];
    public ushort Port;
    public ushort Reserved;
}

/// <summary>Mirror of <c>struct splice_connecting</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct SpliceConnecting
{
    public uint WindowEdge;
    public SpliceWindow Limited;
    public byte StripSack;
    public ushort MssMax;
}

/// <summary>Mirror of <c>struct splice_event</c>: what the ring buffer carries; payload follows.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct SpliceEvent
{
    public SpliceEventType Type;
    public uint Slot;
    public uint Generation;
    public uint Fence;
    public uint Seq;
    public uint Length;
    public ulong TimeNs;
}
