using Splice.Wire.Abi;

namespace Tests.Kernel;

public sealed class ClampTests(CompiledObject compiled) : IDisposable
{
    private readonly Harness _harness = new(compiled);

    [Fact]
    public void AckToClient_BeyondTheLog_StopsThereAndKeepsTheWindowsEdge()
    {
        var flow = new TestFlow { LoggedSeq = 899_000, BackendShift = 0, VirtualShift = 0 };
        _harness.Install(flow);
        var packet = flow.FromBackend();

        var result = _harness.Back(packet);

        Assert.Equal((flow.ToClient(packet) with { AckNumber = 899_000, Window = 2000 }).ToBytes(), result.Frame);
        Assert.Equal(900_000u, _harness.Flow.BackendAck);
    }

    [Fact]
    public void AckToBackend_BeyondWhatItSent_StopsAtTheCeiling()
    {
        var flow = Ceiling();
        _harness.Install(flow);
        var packet = flow.FromClient() with { AckNumber = 500_300 };

        var result = _harness.Front(packet);

        Assert.Equal((flow.ToBackend(packet) with { AckNumber = 500_000 - flow.DeltaOut, Window = 1300 }).ToBytes(), result.Frame);
        Assert.Equal(500_300u, _harness.Flow.ClientAck);
    }

    [Fact]
    public void AckToBackend_OfWhatItSentMeanwhile_IsNotClamped()
    {
        var flow = Ceiling();
        _harness.Install(flow);
        _harness.Back(flow.FromBackend() with { Seq = 500_000 - flow.DeltaOut, Payload = new byte[400] });
        var packet = flow.FromClient() with { AckNumber = 500_300 };

        var result = _harness.Front(packet);

        Assert.Equal(flow.ToBackend(packet).ToBytes(), result.Frame);
    }

    [Theory]
    [InlineData(500_001, false)]
    [InlineData(500_000, true)]
    public void SackUnderTheCeiling_BeyondWhatWasSent_BecomesNops(uint right, bool kept)
    {
        var flow = Ceiling();
        _harness.Install(flow);
        var sack = SackModel.Sack((450_000, 450_100), (499_000, right));
        var packet = flow.FromClient() with { Options = [1, 1, .. sack] };
        var expected = flow.ToBackend(packet);

        var result = _harness.Front(packet);

        Assert.Equal((kept ? expected : expected with { Options = SackModel.Blank(packet.Options) }).ToBytes(), result.Frame);
    }

    public void Dispose() => _harness.Dispose();

    private static TestFlow Ceiling() => new() { Flags = SpliceFlags.Sack | SpliceFlags.AckCeiling, ClientShift = 0, InnerShift = 0 };
}
