using System.Net;
using Splice.Wire.Abi;

namespace Tests.Kernel;

/// <summary>Routers, and those who pretend to be one, say that a packet was too big.</summary>
public sealed class TooBigTests(CompiledObject compiled) : IDisposable
{
    private const int Cases = 2000;
    private const int EthernetBytes = 14, QuotedTcpBytes = 8;
    private const uint SentEnd = 500_000, Acked = 400_000;

    private readonly Harness _harness = new(compiled);

    public static TheoryData<bool> Families { get; } = [false, true];

    /// <summary>Whatever the numbers, however much is quoted: the backend is told of the packet that it had sent.</summary>
    [Theory]
    [MemberData(nameof(Families))]
    public void Message_AboutAPacketUnderWay_IsTheBackendLegsByteForByte(bool v6)
    {
        for (var seed = 1; seed <= Cases; seed++)
        {
            var random = new Random(seed);
            var acked = (uint)random.NextInt64(1L << 32);
            var sent = (uint)random.Next(1, 1 << 20);
            var flow = Flow(v6) with { DeltaOut = (uint)random.NextInt64(1L << 32), SentSeqEnd = Serial.Plus(acked, sent) };
            Know(flow, acked);
            var packet = ToClient(flow, Serial.Plus(acked, (uint)random.Next((int)sent))) with { Payload = new byte[random.Next(2000)] };
            var quoted = Quote(packet, QuotedTcpBytes + random.Next(packet.Payload.Length + 12));
            var mtu = (uint)random.Next(v6 ? 1280 : 576, 65536);

            var frame = new TooBigMessage(Router(v6), flow.Virtual.Address, quoted) { Mtu = mtu, Hops = (byte)random.Next(1, 256) }.ToBytes();
            var result = _harness.Shortened(frame);
            _harness.Remove(flow);

            var expected = new TooBigMessage(flow.Inner.Address, flow.Backend.Address, Quote(ToInner(flow, packet), QuotedTcpBytes)) { Mtu = mtu };
            Assert.True(result.Verdict == TestRun.Redirect, $"seed {seed}: verdict {result.Verdict}");
            Assert.True(expected.ToBytes().AsSpan().SequenceEqual(result.Frame), $"seed {seed}: the message differs");
            Assert.Equal(SpliceAbi.Mark, result.Mark);
        }
    }

    [Theory]
    [InlineData(false, Acked - 1)]
    [InlineData(false, SentEnd)]
    [InlineData(false, Acked + 0x8000_0000)]
    [InlineData(true, Acked - 1)]
    [InlineData(true, SentEnd)]
    public void Message_AboutWhatIsNotUnderWay_IsDropped(bool v6, uint seq)
    {
        var flow = Flow(v6);
        Know(flow, Acked);

        AssertDropped(SpliceDrop.TooBig, new TooBigMessage(Router(v6), flow.Virtual.Address, Quote(ToClient(flow, seq), QuotedTcpBytes)));
    }

    /// <summary>A proxy that has just taken over does not know yet what is under way; the router says it again.</summary>
    [Theory]
    [InlineData(SpliceTracked.None)]
    [InlineData(SpliceTracked.Client)]
    [InlineData(SpliceTracked.Backend)]
    public void Message_WhileNumbersAreUnknown_IsDropped(SpliceTracked tracked)
    {
        var flow = Flow(false);
        Know(flow, Acked);
        _harness.Flow.TrackedFlags = tracked;

        AssertDropped(SpliceDrop.TooBig, About(flow));
    }

    [Theory]
    [InlineData(false, 0)]
    [InlineData(false, 575)]
    [InlineData(true, 0)]
    [InlineData(true, 1279)]
    public void Message_ThatAsksForLessThanEveryHostTakes_IsDropped(bool v6, uint mtu)
    {
        var flow = Flow(v6);
        Know(flow, Acked);

        AssertDropped(SpliceDrop.TooBig, About(flow) with { Mtu = mtu });
    }

    [Theory]
    [InlineData(SpliceState.Held, SpliceDrop.Held)]
    [InlineData(SpliceState.Orphaned, SpliceDrop.Orphaned)]
    [InlineData(SpliceState.Free, SpliceDrop.StaleSlot)]
    public void Message_WhileNobodySends_IsDroppedWithTheReason(SpliceState state, SpliceDrop reason)
    {
        var flow = Flow(false) with { State = state };
        Know(flow, Acked);

        AssertDropped(reason, About(flow));
    }

    /// <summary>Among them are those about connections that are not spliced yet: their socket is the one to be told.</summary>
    [Theory]
    [MemberData(nameof(Families))]
    public void Message_OfNoFlow_ReachesTheStackUnchanged(bool v6)
    {
        var flow = Flow(v6);
        Know(flow, Acked);
        var other = flow with { Client = new IPEndPoint(flow.Client.Address, flow.Client.Port + 1) };

        AssertUntouched(About(other).ToBytes());
        AssertUntouched((About(flow) with { To = flow.Backend.Address }).ToBytes()); // quotes another sender than it is sent to
        AssertUntouched((About(flow) with { Code = (byte)(v6 ? 0 : 3), Type = (byte)(v6 ? 1 : 3) }).ToBytes());
    }

    /// <summary>Cut anywhere, and with every byte of its headers changed in turn, it is forwarded whole and right or not at all.</summary>
    [Theory]
    [MemberData(nameof(Families))]
    public void Message_CutOrDamaged_IsNeverMisdirected(bool v6)
    {
        var flow = Flow(v6);
        Know(flow, Acked);
        var frame = About(flow).ToBytes();
        for (var length = EthernetBytes + (v6 ? 40 : 20); length < frame.Length; length++)
        {
            AssertUntouched(frame[..length]);
        }

        for (var at = EthernetBytes; at < frame.Length; at++)
        {
            for (var bit = 0; bit < 8; bit++)
            {
                var damaged = (byte[])frame.Clone();
                damaged[at] ^= (byte)(1 << bit);
                var result = _harness.Front(damaged);
                if (result.Verdict == TestRun.Redirect)
                {
                    AssertToBackend(flow, v6, result.Frame);
                }
            }
        }
    }

    [Theory]
    [InlineData(0, 0x46)] // options in what came
    [InlineData(6, 0x20)] // a fragment came
    [InlineData(28, 0x46)] // options in what is quoted
    [InlineData(28, 0x44)]
    [InlineData(34, 0x20)] // a fragment is quoted
    [InlineData(37, 17)] // not TCP
    public void Message_WithOptionsOrFragments_ReachesTheStackUnchanged(int at, byte value)
    {
        var flow = Flow(false);
        Know(flow, Acked);
        var frame = About(flow).ToBytes();
        frame[EthernetBytes + at] = value;

        AssertUntouched(frame);
    }

    public void Dispose() => _harness.Dispose();

    private static TestFlow Flow(bool v6) => (v6 ? TestFlow.V6 : new TestFlow()) with { SentSeqEnd = SentEnd };

    private static IPAddress Router(bool v6) => IPAddress.Parse(v6 ? "2001:db8:9::1" : "203.0.113.1");

    private static Packet ToClient(TestFlow flow, uint seq) => new(flow.Virtual, flow.Client) { Seq = seq, AckNumber = 77, Payload = new byte[1400] };

    private static Packet ToInner(TestFlow flow, Packet packet) =>
        packet with { Source = flow.Backend, Destination = flow.Inner, Seq = Serial.Minus(packet.Seq, flow.DeltaOut) };

    /// <summary>The IP header and so many bytes behind it.</summary>
    private static byte[] Quote(Packet packet, int tcpBytes)
    {
        var bytes = packet.ToBytes()[EthernetBytes..];
        var header = bytes[0] >> 4 == 6 ? 40 : 20;
        return bytes[..Math.Min(bytes.Length, header + tcpBytes)];
    }

    private static TooBigMessage About(TestFlow flow) =>
        new(Router(flow.Client.Address.GetAddressBytes().Length == 16), flow.Virtual.Address, Quote(ToClient(flow, Acked), QuotedTcpBytes));

    /// <summary>The flow as it is when the client has acknowledged so far.</summary>
    private void Know(TestFlow flow, uint acked)
    {
        _harness.Install(flow);
        _harness.Flow.ClientAck = acked;
        _harness.Flow.TrackedFlags = SpliceTracked.Client | SpliceTracked.Backend;
    }

    private void AssertDropped(SpliceDrop reason, TooBigMessage message)
    {
        Assert.Equal(TestRun.Shot, _harness.Front(message.ToBytes()).Verdict);
        Assert.Equal(1ul, _harness.Dropped(reason));
    }

    private void AssertUntouched(byte[] frame)
    {
        var result = _harness.Front(frame);
        Assert.Equal(TestRun.Ok, result.Verdict);
        Assert.Equal(frame, result.Frame);
    }

    /// <summary>From the inner address to the backend, about a packet of the backend leg that is under way.</summary>
    private static void AssertToBackend(TestFlow flow, bool v6, byte[] frame)
    {
        var (header, address) = v6 ? (40, 16) : (20, 4);
        var outer = frame.AsSpan(EthernetBytes);
        var quoted = outer[(header + 8)..];
        var (first, second) = (header - 2 * address, header - address);
        Assert.Equal(flow.Inner.Address.GetAddressBytes(), outer.Slice(v6 ? 8 : first, address).ToArray());
        Assert.Equal(flow.Backend.Address.GetAddressBytes(), outer.Slice(v6 ? 24 : second, address).ToArray());
        Assert.Equal(flow.Backend.Address.GetAddressBytes(), quoted.Slice(v6 ? 8 : first, address).ToArray());
        Assert.Equal(flow.Inner.Address.GetAddressBytes(), quoted.Slice(v6 ? 24 : second, address).ToArray());
        Assert.Equal([(byte)(flow.Backend.Port >> 8), (byte)flow.Backend.Port, (byte)(flow.Inner.Port >> 8), (byte)flow.Inner.Port], quoted.Slice(header, 4).ToArray());
        var seq = System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(quoted[(header + 4)..]) + flow.DeltaOut;
        Assert.InRange(seq, Acked, SentEnd - 1);
    }
}
