using System.Net;
using Splice.Wire.Abi;

namespace Tests.Kernel;

public sealed class DropTests(CompiledObject compiled) : IDisposable
{
    private readonly Harness _harness = new(compiled);
    private readonly TestFlow _flow = new();

    [Theory]
    [InlineData(SpliceState.Held, SpliceDrop.Held)]
    [InlineData(SpliceState.Free, SpliceDrop.StaleSlot)]
    [InlineData(SpliceState.Orphaned, SpliceDrop.Orphaned)]
    public void Packets_NotForward_AreDroppedWithTheReason(SpliceState state, SpliceDrop reason)
    {
        _harness.Install(_flow with { State = state });

        Assert.Equal(TestRun.Shot, _harness.Front(_flow.FromClient()).Verdict);
        Assert.Equal(TestRun.Shot, _harness.Back(_flow.FromBackend()).Verdict);

        Assert.Equal(2ul, _harness.Dropped(reason));
    }

    [Fact]
    public void ClientPacket_Held_IsStillTracked()
    {
        _harness.Install(_flow with { State = SpliceState.Held });

        _harness.Front(_flow.FromClient() with { Payload = new byte[4] });

        Assert.Equal((400_000u, 900_004u), (_harness.Flow.ClientAck, _harness.Flow.ClientSeqEnd));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void UnknownPackets_ForServices_AreDroppedAndCounted(bool v6)
    {
        var flow = v6 ? TestFlow.V6 : _flow;
        _harness.AddService(flow.Virtual);
        _harness.AddService(new IPEndPoint(flow.Inner.Address, 0));

        Assert.Equal(TestRun.Shot, _harness.Front(flow.FromClient()).Verdict);
        Assert.Equal(TestRun.Shot, _harness.Back(flow.FromBackend()).Verdict);
        Assert.Equal(TestRun.Shot, _harness.Back(flow.FromBackend() with { Flags = Packet.Syn }).Verdict);

        Assert.Equal(3ul, _harness.Dropped(SpliceDrop.UnknownFlow));
    }

    /// <summary>The state of a flow arrives within a second or never.</summary>
    [Fact]
    public async Task UnknownClient_AfterASecond_IsLeftToTheStackThatResetsIt()
    {
        _harness.AddService(_flow.Virtual, SpliceService.Reset);
        var packet = _flow.FromClient();

        Assert.Equal(TestRun.Shot, _harness.Front(packet).Verdict);
        await Task.Delay(TimeSpan.FromMilliseconds(1100), TestContext.Current.CancellationToken);
        AssertUntouched(packet, _harness.Front(packet));

        Assert.Equal(1ul, _harness.Dropped(SpliceDrop.Stranger));
    }

    [Fact]
    public async Task UnknownClient_WhileFlowsMayBeMissing_WaitsOn()
    {
        _harness.AddService(_flow.Virtual);

        Assert.Equal(TestRun.Shot, _harness.Front(_flow.FromClient()).Verdict);
        await Task.Delay(TimeSpan.FromMilliseconds(1100), TestContext.Current.CancellationToken);

        Assert.Equal(TestRun.Shot, _harness.Front(_flow.FromClient()).Verdict);
    }

    [Fact]
    public async Task UnknownClient_WithANewSyn_StartsToWaitAgain()
    {
        _harness.AddService(_flow.Virtual, SpliceService.Reset);
        _harness.Front(_flow.FromClient());
        await Task.Delay(TimeSpan.FromMilliseconds(1100), TestContext.Current.CancellationToken);

        _harness.Front(_flow.FromClient() with { Flags = Packet.Syn });

        Assert.Equal(TestRun.Shot, _harness.Front(_flow.FromClient()).Verdict);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void UnknownPackets_OfOthers_ReachTheStackUnchanged(bool v6)
    {
        var flow = v6 ? TestFlow.V6 : _flow;
        _harness.AddService(flow.Virtual);
        var syn = flow.FromClient() with { Flags = Packet.Syn };
        var other = new Packet(flow.Client, new IPEndPoint(flow.Virtual.Address, 22));

        AssertUntouched(syn, _harness.Front(syn));
        AssertUntouched(other, _harness.Front(other));
        Assert.Equal(TestRun.Ok, _harness.Back(flow.FromBackend()).Verdict);
    }

    [Theory]
    [InlineData(SpliceState.Held, false)]
    [InlineData(SpliceState.Forward, true)]
    [InlineData(SpliceState.Orphaned, false)]
    public void OwnPackets_ToASplicedClient_AreDropped(SpliceState state, bool v6)
    {
        var flow = v6 ? TestFlow.V6 : _flow;
        _harness.Install(flow with { State = state });

        Assert.Equal(TestRun.Shot, _harness.FrontEgress(new Packet(flow.Virtual, flow.Client)).Verdict);

        Assert.Equal(1ul, _harness.Dropped(SpliceDrop.Straggler));
    }

    [Fact]
    public void OwnPackets_ToOthersOrMarkedOrOfAFlowThatIsOver_Pass()
    {
        var packet = new Packet(_flow.Virtual, _flow.Client);
        AssertUntouched(packet, _harness.FrontEgress(packet));
        _harness.Install(_flow);
        AssertUntouched(packet, _harness.FrontEgress(packet, SpliceAbi.Mark));
        var toBackend = new Packet(_flow.Inner, _flow.Backend);
        AssertUntouched(toBackend, _harness.FrontEgress(toBackend));
        _harness.Flow.State = SpliceState.Free;
        AssertUntouched(packet, _harness.FrontEgress(packet));
    }

    [Fact]
    public void Fragments_OfAKnownFlow_ReachTheStack()
    {
        _harness.Install(_flow);
        var frame = _flow.FromClient().ToBytes();
        frame[20] = 0x20; // more fragments

        Assert.Equal(TestRun.Ok, _harness.Front(frame).Verdict);
    }

    public void Dispose() => _harness.Dispose();

    private static void AssertUntouched(Packet packet, RunResult result)
    {
        Assert.Equal(TestRun.Ok, result.Verdict);
        Assert.Equal(packet.ToBytes(), result.Frame);
    }
}
