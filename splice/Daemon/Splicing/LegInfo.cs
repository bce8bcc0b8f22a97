namespace Splice.Daemon.Splicing;

/// <summary>What a leg's two ends agreed on.</summary>
/// <param name="Established">False once either end has closed.</param>
/// <param name="PeerEnded">The peer has ended its direction and goes on listening (CLOSE_WAIT, RFC 9293 §3.3.2).</param>
/// <param name="Sack">Selective acknowledgements (RFC 2018).</param>
/// <param name="PeerShift">Window scale of the peer's windows (RFC 7323).</param>
/// <param name="OwnShift">Window scale promised to the peer.</param>
/// <param name="SegmentBytes">Largest payload the peer takes.</param>
internal readonly record struct LegInfo(bool Established, bool PeerEnded, bool Sack, byte PeerShift, byte OwnShift, ushort SegmentBytes)
{
    /// <summary>This end may still send.</summary>
    public bool Sends => Established || PeerEnded;
}

/// <summary>A frozen leg's place in its two streams, on the wire.</summary>
internal readonly record struct LegNumbers(uint SendSeq, uint ReceiveSeq, uint PeerWindow);
