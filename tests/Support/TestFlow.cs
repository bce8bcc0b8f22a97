using System.Net;
using Splice.Wire.Abi;

namespace Tests.Support;

/// <summary>A flow in plain words, and an independent model of what translation must do to a packet of it.</summary>
public sealed record TestFlow
{
    public IPEndPoint Client { get; init; } = new(IPAddress.Parse("192.0.2.10"), 40000);
    public IPEndPoint Virtual { get; init; } = new(IPAddress.Parse("192.0.2.100"), 443);
    public IPEndPoint Inner { get; init; } = new(IPAddress.Parse("198.51.100.100"), 20001);
    public IPEndPoint Backend { get; init; } = new(IPAddress.Parse("198.51.100.21"), 8080);
    public SpliceState State { get; init; } = SpliceState.Forward;
    public SpliceFlags Flags { get; init; } = SpliceFlags.Sack;
    public uint DeltaIn { get; init; } = 111_000;
    public uint DeltaOut { get; init; } = 3_999_999_000;
    public uint LoggedSeq { get; init; } = 1_000_000;
    public uint AnswerEnd { get; init; }
    public uint SentSeqEnd { get; init; } = 500_000;
    public uint ClientIsn { get; init; } = 77;
    public byte ClientShift { get; init; } = 7;
    public byte VirtualShift { get; init; } = 7;
    public byte InnerShift { get; init; } = 7;
    public byte BackendShift { get; init; } = 7;

    public static TestFlow V6 { get; } = new()
    {
        Client = new(IPAddress.Parse("2001:db8:1::10"), 40000),
        Virtual = new(IPAddress.Parse("2001:db8:1::100"), 443),
        Inner = new(IPAddress.Parse("2001:db8:2::100"), 20001),
        Backend = new(IPAddress.Parse("2001:db8:2::21"), 8080),
    };

    public Packet FromClient() => new(Client, Virtual) { Seq = 900_000, AckNumber = 400_000 };

    public Packet FromBackend() => new(Backend, Inner) { Seq = 450_000 - DeltaOut, AckNumber = 900_000 + DeltaIn };

    /// <summary>What the backend must receive. Clamps are the tests' own business.</summary>
    public Packet ToBackend(Packet packet) => packet with
    {
        Source = Inner,
        Destination = Backend,
        Seq = packet.Seq + DeltaIn,
        AckNumber = packet.AckNumber - DeltaOut,
        Window = Rescale(packet.Window, ClientShift, InnerShift),
        Options = new TcpOptionModel(DeltaOut, Flags.HasFlag(SpliceFlags.Sack), null).Translate(packet.Options)!,
    };

    /// <summary>What the client must receive.</summary>
    public Packet ToClient(Packet packet) => packet with
    {
        Source = Virtual,
        Destination = Client,
        Seq = packet.Seq + DeltaOut,
        AckNumber = packet.AckNumber - DeltaIn,
        Window = Rescale(packet.Window, BackendShift, VirtualShift),
        Options = new TcpOptionModel(DeltaIn, Flags.HasFlag(SpliceFlags.Sack), null).Translate(packet.Options)!,
    };

    private static ushort Rescale(ushort field, byte from, byte to) => (ushort)Math.Min(field * Math.Pow(2, from - to), 65535);
}
