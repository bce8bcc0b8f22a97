using Splice.Wire;

namespace Tests.Simulation.Network;

/// <summary>What of a TCP segment matters here. Windows are never scaled.</summary>
internal readonly record struct Segment(FlowEnd From, FlowEnd To, uint Seq, uint Ack, uint Window, byte[] Payload)
{
    public bool IsFin { get; init; }

    public bool IsReset { get; init; }

    public uint SeqEnd => Seq + (uint)Payload.Length + (IsFin ? 1u : 0u);
}
