using Splice.Wire.Abi;

namespace Tests.Kernel;

/// <summary>
/// What must become of a segment of a forwarding flow, in plain words and wide arithmetic: null if it is dropped. It knows
/// the whole packet; checksums are computed anew, so an incremental correction has to come to the same.
/// </summary>
internal static class SegmentModel
{
    /// <param name="flow">The flow; <see cref="TestFlow.SentSeqEnd"/> as it is when the packet comes.</param>
    /// <param name="packet">From the client.</param>
    public static Packet? ToBackend(TestFlow flow, Packet packet)
    {
        var ceiling = flow.Flags.HasFlag(SpliceFlags.AckCeiling) ? flow.SentSeqEnd : (uint?)null;
        var options = new TcpOptionModel(flow.DeltaOut, flow.Flags.HasFlag(SpliceFlags.Sack), ceiling);
        var ack = Limit(packet.AckNumber, ceiling);
        return options.Translate(packet.Options) is not { } translated ? null : packet with
        {
            Source = flow.Inner,
            Destination = flow.Backend,
            Seq = Serial.Plus(packet.Seq, flow.DeltaIn),
            AckNumber = packet.HasAck ? Serial.Minus(ack, flow.DeltaOut) : packet.AckNumber,
            Window = Rescale(packet.Window, flow.ClientShift, Serial.Minus(packet.AckNumber, ack), flow.InnerShift),
            Options = translated,
        };
    }

    /// <param name="flow">The flow.</param>
    /// <param name="packet">From the backend.</param>
    public static Packet? ToClient(TestFlow flow, Packet packet)
    {
        var released = flow.Flags.HasFlag(SpliceFlags.FinReleased);
        var isFin = packet.Flags.HasAny(Packet.Fin) && !packet.Flags.HasAny(Packet.Rst);
        if (!released && (packet.Flags.HasAny(Packet.Rst) || (isFin && packet.Payload.Length == 0)))
            return null;
        var options = new TcpOptionModel(flow.DeltaIn, flow.Flags.HasFlag(SpliceFlags.Sack), null);
        var ack = Serial.Minus(packet.AckNumber, flow.DeltaIn);
        var known = Limit(ack, flow.LoggedSeq);
        return options.Translate(packet.Options) is not { } translated ? null : packet with
        {
            Source = flow.Virtual,
            Destination = flow.Client,
            Seq = Serial.Plus(packet.Seq, flow.DeltaOut),
            AckNumber = packet.HasAck ? known : packet.AckNumber,
            Flags = isFin && !released ? (byte)(packet.Flags - Packet.Fin) : packet.Flags,
            Window = Rescale(packet.Window, flow.BackendShift, Serial.Minus(ack, known), flow.VirtualShift),
            Options = translated,
        };
    }

    private static bool HasAny(this byte flags, byte flag) => (flags & flag) != 0;

    private static uint Limit(uint ack, uint? highest) => highest is { } limit && Serial.After(ack, limit) ? limit : ack;

    /// <summary>The right edge of the window stays where it was, as far as the field can say it, and never lies beyond.</summary>
    private static ushort Rescale(ushort field, byte from, uint heldBack, byte to) =>
        (ushort)Math.Min(Math.Floor((field * Math.Pow(2, from) + heldBack) / Math.Pow(2, to)), ushort.MaxValue);
}
