using System.Runtime.InteropServices;

namespace Splice.Wire.Abi;

/// <summary>Mirror of <c>struct splice_flow</c>: one slot of the flows map, as mapped into spliced's memory.</summary>
/// <remarks>The first 128 bytes are written by spliced only, the rest by the kernel program only.</remarks>
[StructLayout(LayoutKind.Sequential)]
public unsafe struct SpliceFlow
{
    public SpliceState State;
    public SpliceFlags Flags;
    public uint Generation;
    public uint Fence;
    public fixed byte ClientAddress[16];
    public fixed byte VirtualAddress[16];
    public fixed byte InnerAddress[16];
    public fixed byte BackendAddress[16];
    public ushort ClientPort;
    public ushort VirtualPort;
    public ushort InnerPort;
    public ushort BackendPort;
    public uint SeqDeltaIn;
    public uint SeqDeltaOut;
    public uint LoggedSeq;
    public uint AnswerEnd;
    public uint FrontIfindex;
    public uint BackIfindex;
    public byte ClientShift;
    public byte VirtualShift;
    public byte InnerShift;
    public byte BackendShift;
    public uint ClientIsn;
    public fixed byte ReservedUser[8];

    public uint ClientAck;
    public uint ClientSeqEnd;
    public uint ClientWindow;
    public uint SentSeqEnd;
    public uint BackendAck;
    public uint BackendWindow;
    public uint BackendFinSeq;
    public SpliceTracked TrackedFlags;
    public ulong ClientSeenNs;
    public ulong BackendSeenNs;
    public ulong PacketsIn;
    public ulong PacketsOut;
    public ulong BytesIn;
    public ulong BytesOut;
    public ulong ClientAck64;
    public fixed byte Reserved[40];
}
