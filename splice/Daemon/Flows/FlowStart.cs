using Splice.Wire.Abi;

namespace Splice.Daemon.Flows;

/// <summary>Where both streams stand when a slot is written: what the record, which is longer-lived, does not say.</summary>
public readonly record struct FlowStart
{
    public SpliceFlags Flags { get; init; }

    /// <summary>Tracked flags to carry over from the slot's earlier legs.</summary>
    public SpliceTracked Keep { get; init; }

    /// <summary>True if the flow goes on with another backend: its counters stay.</summary>
    public bool Continued { get; init; }

    /// <summary>True if packets pass through another proxy: where the streams stand is learned when they come here.</summary>
    public bool Standby { get; init; }

    /// <summary>Every byte from the client before this offset is in the input log.</summary>
    public ulong LoggedOffset { get; init; }

    /// <summary>Every byte from the client before this offset has been given to the backend.</summary>
    public ulong FedOffset { get; init; }

    /// <summary>True if the client's FIN follows the last logged byte: it is logged with that, and will not come again.</summary>
    public bool ClientEnded { get; init; }

    /// <summary>What the client sent before offset 0. Only where it was accepted is that known.</summary>
    public uint HandshakeBytes { get; init; }

    /// <summary>Plain backends: end of the current answer as far as known.</summary>
    public ulong AnswerEnd { get; init; }

    public uint ClientAck { get; init; }
    public uint ClientSeqEnd { get; init; }
    public uint ClientWindow { get; init; }
    public uint BackendWindow { get; init; }
    public ulong NowNs { get; init; }
}
