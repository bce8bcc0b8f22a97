using Splice.Wire;

namespace Splice.Daemon.Splicing;

/// <summary>What a leg to a backend is offered: what the client negotiated, for the two must agree on what is not translated.</summary>
/// <param name="Sack">Selective acknowledgements (RFC 2018).</param>
/// <param name="SegmentBytes">Largest segment the client takes.</param>
/// <param name="WindowShift">Scale of the client's windows. With another, a window would have to be rounded: up, and the client drops what
/// does not fit; down, and a small one never opens.</param>
internal readonly record struct LegOffer(bool Sack, ushort SegmentBytes, byte WindowShift)
{
    public static LegOffer Of(LegInfo client) => new(client.Sack, client.SegmentBytes, client.PeerShift);

    /// <summary>What the client of this flow negotiated when it was spliced.</summary>
    public static LegOffer Of(FlowRecord flow) => new(flow.Sack, flow.ClientMss, flow.ClientShift);
}
