namespace Splice.Wire;

/// <summary>
/// Everything a proxy needs to translate a flow's packets. Kept in the flow store and pushed to every proxy; replaced whole,
/// with a higher fence, when the flow changes its backend. Sequence numbers are those on the wire.
/// </summary>
public sealed record FlowRecord
{
    public required FlowId Id { get; init; }

    /// <summary>Raised by each handover; writes with an older fence fail.</summary>
    public required ulong Fence { get; init; }

    /// <summary>The proxy that accepted the flow or moved it last.</summary>
    public required string Proxy { get; init; }

    /// <summary>The backend that owns the flow; empty while the flow is orphaned.</summary>
    public required string Backend { get; init; }

    public required BackendKind Kind { get; init; }

    /// <summary>The host name that the first request was routed by: later ones for another host do not belong here.</summary>
    public required string Host { get; init; }

    /// <summary>The flow's TLS secrets (<see cref="Tls.TlsSecretsSeal"/>); empty if its client speaks plain HTTP.</summary>
    public ReadOnlyMemory<byte> SealedTls { get; init; }

    public required FlowEnd Client { get; init; }
    public required FlowEnd Virtual { get; init; }
    public required FlowEnd Inner { get; init; }
    public required FlowEnd BackendEnd { get; init; }

    /// <summary>Client leg sequence number of offset 0, client to backend (the client's initial number + 1).</summary>
    public required uint ClientSeq { get; init; }

    /// <summary>Client leg sequence number of offset 0, backend to client (the proxy's initial number + 1).</summary>
    public required uint VirtualSeq { get; init; }

    /// <summary>Backend leg sequence number that offset 0 from the client would have.</summary>
    public required uint InnerSeq { get; init; }

    /// <summary>Backend leg sequence number that offset 0 from the backend would have.</summary>
    public required uint BackendSeq { get; init; }

    /// <summary>Offset of the first byte that this backend's leg sends; below it, an earlier backend sent.</summary>
    public required ulong BackendOutputStart { get; init; }

    /// <summary>Every byte from the client before this offset is in the input log.</summary>
    public required ulong LoggedOffset { get; init; }

    public required byte ClientShift { get; init; }
    public required byte VirtualShift { get; init; }
    public required byte InnerShift { get; init; }
    public required byte BackendShift { get; init; }

    /// <summary>Largest segment the client takes, in bytes (its MSS option).</summary>
    public required ushort ClientMss { get; init; }

    public required bool Sack { get; init; }

    /// <summary>When the flow was accepted, milliseconds since the Unix epoch.</summary>
    public required long AcceptedAt { get; init; }
}
