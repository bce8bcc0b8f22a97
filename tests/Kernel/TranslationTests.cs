using Splice.Wire.Abi;

namespace Tests.Kernel;

public sealed class TranslationTests(CompiledObject compiled) : IDisposable
{
    private readonly Harness _harness = new(compiled);

    public static TheoryData<bool, int> Shapes { get; } = new() { { false, 0 }, { false, 8 }, { true, 0 }, { true, 16 } };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void ClientPacket_Forward_IsTheBackendLegsByteForByte(bool v6, int extraBytes)
    {
        var flow = v6 ? TestFlow.V6 : new TestFlow();
        _harness.Install(flow);
        var packet = flow.FromClient() with { Payload = [1, 2, 3], Flags = Packet.Ack | Packet.Psh, ExtraBytes = extraBytes };

        var result = _harness.Front(packet);

        Assert.Equal(TestRun.Redirect, result.Verdict);
        Assert.Equal(flow.ToBackend(packet).ToBytes(), result.Frame);
        Assert.True(Packet.HasRightChecksums(result.Frame));
        Assert.Equal(SpliceAbi.Mark, result.Mark);
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void BackendPacket_Forward_IsTheClientLegsByteForByte(bool v6, int extraBytes)
    {
        var flow = v6 ? TestFlow.V6 : new TestFlow();
        _harness.Install(flow);
        var packet = flow.FromBackend() with { Payload = [1, 2, 3, 4, 5], ExtraBytes = extraBytes };

        var result = _harness.Back(packet);

        Assert.Equal(TestRun.Redirect, result.Verdict);
        Assert.Equal(flow.ToClient(packet).ToBytes(), result.Frame);
        Assert.Equal(SpliceAbi.Mark, result.Mark);
    }

    [Fact]
    public void Sequences_Wrap_AreStillTranslated()
    {
        var flow = new TestFlow { LoggedSeq = 5, SentSeqEnd = 20 };
        _harness.Install(flow);
        var packet = flow.FromClient() with { Seq = 0xffff_fffe, AckNumber = 0xffff_fff0, Payload = [1, 2, 3, 4] };

        var result = _harness.Front(packet);

        Assert.Equal(flow.ToBackend(packet).ToBytes(), result.Frame);
        Assert.Equal(2u, _harness.Flow.ClientSeqEnd);
        Assert.Empty(_harness.Events());
    }

    [Theory]
    [InlineData(7, 0, 1000)]
    [InlineData(0, 7, 5)]
    [InlineData(0, 7, 0)]
    [InlineData(14, 2, 65535)]
    [InlineData(3, 3, 4000)]
    public void Window_OtherScale_IsShiftedAndNeverLarger(byte from, byte to, ushort window)
    {
        var flow = new TestFlow { ClientShift = from, InnerShift = to, BackendShift = from, VirtualShift = to };
        _harness.Install(flow);
        var client = flow.FromClient() with { Window = window };
        var backend = flow.FromBackend() with { Window = window };

        Assert.Equal(flow.ToBackend(client).ToBytes(), _harness.Front(client).Frame);
        Assert.Equal(flow.ToClient(backend).ToBytes(), _harness.Back(backend).Frame);
        Assert.Equal((uint)window << from, _harness.Flow.ClientWindow);
        Assert.Equal((uint)window << from, _harness.Flow.BackendWindow);
    }

    [Fact]
    public void Reset_WithoutAck_KeepsItsAckField()
    {
        var flow = new TestFlow();
        _harness.Install(flow);
        var packet = flow.FromClient() with { Flags = Packet.Rst, AckNumber = 0, Window = 0 };

        var result = _harness.Front(packet);

        Assert.Equal((flow.ToBackend(packet) with { AckNumber = 0 }).ToBytes(), result.Frame);
        Assert.Equal([SpliceEventType.ClientRst], _harness.Events().Select(e => e.Type));
    }

    [Theory]
    [InlineData(0x1_ffff_ff00, true, 0x0000_0100, 0x2_0000_0100)]
    [InlineData(0x1_0000_0000, true, 0x0000_0010, 0x1_0000_0010)]
    [InlineData(0x1_0000_0000, false, 0xc000_0000, 0x1_c000_0000)]
    [InlineData(0x1_0000_0000, false, 0xffff_ff00, 0x0_ffff_ff00)]
    public void ClientAck_PastTheWrap_IsExtended(ulong known, bool tracked, uint ack, ulong extended)
    {
        var flow = new TestFlow { SentSeqEnd = ack };
        _harness.Install(flow);
        _harness.Flow.ClientAck64 = known;
        _harness.Flow.ClientAck = (uint)known;
        _harness.Flow.TrackedFlags = tracked ? SpliceTracked.Client : SpliceTracked.None;

        _harness.Front(flow.FromClient() with { AckNumber = ack });

        Assert.Equal(extended, _harness.Flow.ClientAck64);
    }

    [Fact]
    public void Packets_Forwarded_AreTrackedAndCounted()
    {
        var flow = new TestFlow();
        _harness.Install(flow);

        _harness.Front(flow.FromClient() with { Payload = new byte[100] });
        _harness.Back(flow.FromBackend() with { Payload = new byte[1000], AckNumber = 900_100 + flow.DeltaIn });

        var tracked = _harness.Flow;
        Assert.Equal(SpliceTracked.Client | SpliceTracked.Backend, tracked.TrackedFlags);
        Assert.Equal(400_000u, tracked.ClientAck);
        Assert.Equal(900_100u, tracked.ClientSeqEnd);
        Assert.Equal(900_100u, tracked.BackendAck);
        Assert.Equal(500_000u, tracked.SentSeqEnd); // the packet ended before what spliced had put there
        Assert.Equal((1ul, 100ul, 1ul, 1000ul), (tracked.PacketsIn, tracked.BytesIn, tracked.PacketsOut, tracked.BytesOut));
        Assert.NotEqual(0ul, tracked.ClientSeenNs);
    }

    [Fact]
    public void Ack_OfBytesNeverSent_IsNotBelieved()
    {
        var flow = new TestFlow();
        _harness.Install(flow);
        _harness.Front(flow.FromClient());
        _harness.Back(flow.FromBackend());

        _harness.Front(flow.FromClient() with { AckNumber = 600_000 });

        Assert.Equal(400_000u, _harness.Flow.ClientAck);
    }

    public void Dispose() => _harness.Dispose();
}
