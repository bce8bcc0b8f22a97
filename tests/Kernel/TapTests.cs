using Splice.Wire.Abi;

namespace Tests.Kernel;

public sealed class TapTests(CompiledObject compiled) : IDisposable
{
    private readonly Harness _harness = new(compiled);

    [Theory]
    [InlineData(1)]
    [InlineData(512)]
    [InlineData(513)]
    [InlineData(2048)]
    [InlineData(2049)]
    [InlineData(3000)]
    public void ClientPayload_NotLogged_IsCopiedWhole(int length)
    {
        var flow = new TestFlow { LoggedSeq = 900_000 };
        _harness.Install(flow);
        var packet = flow.FromClient() with { Payload = Bytes(length) };

        var result = _harness.Front(packet);

        var tapped = Assert.Single(_harness.Events());
        Assert.Equal((SpliceEventType.ClientData, 900_000u), (tapped.Type, tapped.Seq));
        Assert.Equal(packet.Payload, tapped.Payload);
        Assert.Equal(flow.ToBackend(packet).ToBytes(), result.Frame);
    }

    [Fact]
    public void ClientPayload_Logged_IsNotCopiedAgain()
    {
        var flow = new TestFlow { LoggedSeq = 900_010 };
        _harness.Install(flow);

        _harness.Front(flow.FromClient() with { Payload = new byte[10] });

        Assert.Empty(_harness.Events());
    }

    [Fact]
    public void ClientPayload_Orphaned_IsCopiedButGoesNowhere()
    {
        var flow = new TestFlow { State = SpliceState.Orphaned };
        _harness.Install(flow);

        var result = _harness.Front(flow.FromClient() with { Payload = [7, 7] });

        Assert.Equal(TestRun.Shot, result.Verdict);
        Assert.Equal(SpliceEventType.ClientData, Assert.Single(_harness.Events()).Type);
        Assert.Equal(1ul, _harness.Dropped(SpliceDrop.Orphaned));
        Assert.Equal(900_002u, _harness.Flow.ClientSeqEnd);
    }

    [Theory]
    [InlineData(Packet.Ack, SpliceEventType.ClientWakes)]
    [InlineData(Packet.Rst, SpliceEventType.ClientRst)]
    public void ClientPacket_OrphanedWithoutPayload_IsTold(byte flags, SpliceEventType type)
    {
        var flow = new TestFlow { State = SpliceState.Orphaned };
        _harness.Install(flow);

        var result = _harness.Front(flow.FromClient() with { Flags = flags });

        Assert.Equal(TestRun.Shot, result.Verdict);
        Assert.Equal(type, Assert.Single(_harness.Events()).Type);
    }

    [Theory]
    [InlineData(449_000, 450_000, false)] // ends where the next answer begins
    [InlineData(450_000, 450_000, true)]
    [InlineData(449_500, 450_000, true)]
    [InlineData(466_383, 450_000, true)]
    [InlineData(466_384, 450_000, false)]
    public void PlainAnswer_BesideItsHead_IsCopiedFromThere(uint seq, uint answerEnd, bool copied)
    {
        var flow = new TestFlow { Flags = SpliceFlags.Plain, AnswerEnd = answerEnd };
        _harness.Install(flow);
        var payload = Bytes(1000);

        _harness.Back(flow.FromBackend() with { Seq = seq - flow.DeltaOut, Payload = payload });

        var events = _harness.Events();
        Assert.Equal(copied ? 1 : 0, events.Count);
        if (!copied)
            return;
        var skip = answerEnd > seq ? (int)(answerEnd - seq) : 0;
        Assert.Equal(seq + (uint)skip, events[0].Seq);
        Assert.Equal(payload[skip..], events[0].Payload);
    }

    public void Dispose() => _harness.Dispose();

    private static byte[] Bytes(int length) => [.. Enumerable.Range(0, length).Select(i => (byte)(i * 7))];
}
