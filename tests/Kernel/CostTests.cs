namespace Tests.Kernel;

/// <summary>What a packet costs; the figures go into the output, the limit only catches a blunder.</summary>
public sealed class CostTests(CompiledObject compiled) : IDisposable
{
    private const int Runs = 1_000_000;
    private const uint NanosecondsMax = 5000;

    private readonly Harness _harness = new(compiled);

    [Fact]
    public void Translation_ManyPackets_CostsFarLessThanTheirRoute()
    {
        var flow = new TestFlow();
        _harness.Install(flow);
        var fromBackend = flow.FromBackend() with { Payload = new byte[1000] };
        var stranger = new Packet(flow.Backend, flow.Client);

        // A repeated run translates its own output: only the first packet is the flow's. So the flow is its own mirror.
        var plain = _harness.Back(stranger, Runs).NanosecondsPerRun;
        var loop = flow with { Client = flow.Inner, Virtual = flow.Backend, DeltaIn = 0, DeltaOut = 0, LoggedSeq = flow.FromBackend().AckNumber };
        _harness.Install(loop);
        var translated = _harness.Back(loop.FromBackend() with { Payload = fromBackend.Payload }, Runs).NanosecondsPerRun;

        TestContext.Current.TestOutputHelper?.WriteLine($"stranger {plain} ns, translated {translated} ns; packets {_harness.Flow.PacketsOut}");
        Assert.Equal((ulong)Runs, _harness.Flow.PacketsOut);
        Assert.True(translated < NanosecondsMax, $"a translated packet costs {translated} ns");
    }

    public void Dispose() => _harness.Dispose();
}
