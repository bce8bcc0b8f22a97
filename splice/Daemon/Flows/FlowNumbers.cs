using Splice.Wire;

namespace Splice.Daemon.Flows;

/// <summary>Between offsets and sequence numbers of the client leg.</summary>
public static class FlowNumbers
{
    public static uint InSeq(this FlowRecord record, ulong offset) => record.ClientSeq + (uint)offset;

    public static uint OutSeq(this FlowRecord record, ulong offset) => record.VirtualSeq + (uint)offset;

    /// <summary>The output offset of a sequence number that lies within 2 GiB of a known offset.</summary>
    public static ulong OutOffset(this FlowRecord record, uint seq, ulong near) =>
        near + (ulong)(long)(int)(seq - record.OutSeq(near));

    /// <summary>True if a comes before b in sequence space (RFC 9293 §3.4).</summary>
    public static bool Before(uint a, uint b) => (int)(a - b) < 0;

    public static uint Earlier(uint a, uint b) => Before(a, b) ? a : b;

    public static uint Later(uint a, uint b) => Before(a, b) ? b : a;

    /// <summary>A sequence number of the client as the backend knows it.</summary>
    public static uint InnerSeqOf(this FlowRecord record, uint seq) => seq + record.InnerSeq - record.ClientSeq;

    /// <summary>A sequence number of the output, as the client knows it, as the backend knows it.</summary>
    public static uint BackendSeqOf(this FlowRecord record, uint seq) => seq + record.BackendSeq - record.VirtualSeq;
}
