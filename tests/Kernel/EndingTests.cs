using Splice.Wire.Abi;

namespace Tests.Kernel;

public sealed class EndingTests(CompiledObject compiled) : IDisposable
{
    private readonly Harness _harness = new(compiled);
    private readonly TestFlow _flow = new() { SentSeqEnd = 450_000 };

    [Fact]
    public void BackendFin_BareAndNotReleased_IsHeldAndToldOnce()
    {
        _harness.Install(_flow);
        var packet = _flow.FromBackend() with { Flags = Packet.Ack | Packet.Fin };

        Assert.Equal(TestRun.Shot, _harness.Back(packet).Verdict);
        Assert.Equal(TestRun.Shot, _harness.Back(packet).Verdict);

        var told = Assert.Single(_harness.Events());
        Assert.Equal((SpliceEventType.BackendFin, 450_000u, Harness.Slot, 5u, 6u), (told.Type, told.Seq, told.Slot, told.Generation, told.Fence));
        Assert.Equal(2ul, _harness.Dropped(SpliceDrop.FinHeld));
        Assert.Equal(450_000u, _harness.Flow.BackendFinSeq);
    }

    /// <summary>Or a client's FIN that it acknowledges would stay unacknowledged: the backend has nothing more to say.</summary>
    [Fact]
    public void BackendFin_Held_ItsAcknowledgementIsRemembered()
    {
        _harness.Install(_flow);

        _harness.Back(_flow.FromBackend() with { Flags = Packet.Ack | Packet.Fin, AckNumber = 900_001 + _flow.DeltaIn });

        Assert.Equal((900_001u, 450_000u), (_harness.Flow.BackendAck, _harness.Flow.SentSeqEnd));
    }

    /// <summary>A proxy that took over does not know how much was sent. It must not believe that it does, or no backend can make it again.</summary>
    [Fact]
    public void BackendFin_HeldAsTheFirstPacketSeen_SaysHowFarTheBackendCame()
    {
        _harness.Install(_flow with { SentSeqEnd = 0 });

        Assert.Equal(TestRun.Shot, _harness.Back(_flow.FromBackend() with { Flags = Packet.Ack | Packet.Fin }).Verdict);

        Assert.Equal(450_000u, _harness.Flow.SentSeqEnd);
    }

    /// <summary>What spliced has let through, the client may acknowledge: then the flow has nothing that could be continued.</summary>
    [Theory]
    [InlineData(SpliceFlags.None, false)]
    [InlineData(SpliceFlags.FinReleased, true)]
    public void ClientAck_OfAHeldFin_IsBelievedOnceReleased(SpliceFlags flags, bool believed)
    {
        _harness.Install(_flow with { Flags = flags });
        _harness.Back(_flow.FromBackend());

        _harness.Front(_flow.FromClient() with { AckNumber = 450_001 });

        Assert.Equal(believed, _harness.Flow.ClientAck == 450_001);
    }

    [Fact]
    public void BackendFin_WithPayload_IsStrippedFromIt()
    {
        _harness.Install(_flow);
        var packet = _flow.FromBackend() with { Flags = Packet.Ack | Packet.Fin | Packet.Psh, Payload = new byte[10] };

        var result = _harness.Back(packet);

        Assert.Equal((_flow.ToClient(packet) with { Flags = Packet.Ack | Packet.Psh }).ToBytes(), result.Frame);
        Assert.Equal(450_010u, Assert.Single(_harness.Events()).Seq);
        Assert.Equal(450_010u, _harness.Flow.SentSeqEnd);
    }

    [Fact]
    public void BackendFin_Released_PassesAndCounts()
    {
        _harness.Install(_flow with { Flags = SpliceFlags.FinReleased });
        var packet = _flow.FromBackend() with { Flags = Packet.Ack | Packet.Fin, Payload = new byte[10] };

        var result = _harness.Back(packet);

        Assert.Equal(_flow.ToClient(packet).ToBytes(), result.Frame);
        Assert.Equal(450_011u, _harness.Flow.SentSeqEnd);
        Assert.Equal(SpliceEventType.BackendFin, Assert.Single(_harness.Events()).Type);
    }

    [Theory]
    [InlineData(SpliceFlags.None, TestRun.Shot)]
    [InlineData(SpliceFlags.FinReleased, TestRun.Redirect)]
    public void BackendRst_PassesOnlyIfReleased(SpliceFlags flags, int verdict)
    {
        _harness.Install(_flow with { Flags = flags });

        var result = _harness.Back(_flow.FromBackend() with { Flags = Packet.Rst });

        Assert.Equal(verdict, result.Verdict);
        Assert.Equal(SpliceEventType.BackendRst, Assert.Single(_harness.Events()).Type);
    }

    [Fact]
    public void ClientFin_IsToldAndForwarded()
    {
        _harness.Install(_flow);
        var packet = _flow.FromClient() with { Flags = Packet.Ack | Packet.Fin, Payload = [1, 2] };

        var result = _harness.Front(packet);

        Assert.Equal(_flow.ToBackend(packet).ToBytes(), result.Frame);
        Assert.Equal((SpliceEventType.ClientFin, 900_002u), _harness.Events().Select(e => (e.Type, e.Seq)).Single());
        Assert.True(_harness.Flow.TrackedFlags.HasFlag(SpliceTracked.ClientFin));
    }

    [Fact]
    public void ClientSyn_OfTheFlowItself_IsDropped()
    {
        _harness.Install(_flow);

        var result = _harness.Front(_flow.FromClient() with { Flags = Packet.Syn, Seq = 77 });

        Assert.Equal(TestRun.Shot, result.Verdict);
        Assert.Equal(1ul, _harness.Dropped(SpliceDrop.OldSyn));
    }

    [Fact]
    public void ClientSyn_New_EndsTheFlowAndReachesTheListener()
    {
        _harness.Install(_flow);

        var result = _harness.Front(_flow.FromClient() with { Flags = Packet.Syn, Seq = 78 });

        Assert.Equal(TestRun.Ok, result.Verdict);
        Assert.Equal((SpliceEventType.ClientSyn, 78u), _harness.Events().Select(e => (e.Type, e.Seq)).Single());
        Assert.Empty(_harness.Legs.Keys());
    }

    public void Dispose() => _harness.Dispose();
}
