using CsCheck;
using Splice.Wire.Abi;

namespace Tests.Kernel;

public sealed class OptionTests(CompiledObject compiled) : IDisposable
{
    private const int LayoutsToTry = 2000;
    private readonly Harness _harness = new(compiled);

    private static readonly Gen<uint> GenEdge = Gen.UInt;

    // Any option that is not a SACK, of any length, so that the SACK after it begins anywhere.
    private static readonly Gen<byte[]> GenOther = Gen.OneOf(
        Gen.Const((byte[])[1]),
        Gen.Select(Gen.Byte[6, 255], Gen.Byte.Array[0, 8], (kind, body) => (byte[])[kind, (byte)(body.Length + 2), .. body]));

    private static readonly Gen<byte[]> GenSack =
        Gen.Select(GenEdge, GenEdge).Array[1, 4].Select(blocks => SackModel.Sack(blocks));

    private static readonly Gen<byte[]> GenOptions =
        Gen.Select(GenOther.Array[0, 4], GenSack, GenOther.Array[0, 4], Gen.Bool, (before, sack, after, with) =>
            Pad([.. before.SelectMany(o => o), .. with ? sack : [], .. after.SelectMany(o => o)]))
        .Where(options => options.Length <= 40);

    [Fact]
    public void ClientOptions_AnyLayout_AreTranslatedByteForByte()
    {
        var flow = new TestFlow();
        _harness.Install(flow);

        GenOptions.Sample(options =>
        {
            var packet = flow.FromClient() with { Options = options, Payload = [9, 8, 7] };
            var result = _harness.Front(packet);
            Assert.Equal(flow.ToBackend(packet).ToBytes(), result.Frame);
        }, iter: LayoutsToTry, threads: 1);
    }

    [Fact]
    public void Packet_ThereAndBack_IsItself()
    {
        var flow = new TestFlow();
        // Its backend leg's numbers, turned around: what one direction adds the other takes off.
        var mirror = flow with
        {
            Client = flow.Inner, Virtual = flow.Backend, Inner = flow.Client, Backend = flow.Virtual,
            DeltaIn = 0 - flow.DeltaIn, DeltaOut = 0 - flow.DeltaOut,
        };
        Gen.Select(GenOptions, Gen.UInt, Gen.UInt, Gen.UShort, Gen.Byte.Array[0, 300]).Sample((options, seq, ack, window, payload) =>
        {
            var packet = flow.FromClient() with { Options = options, Seq = seq, AckNumber = ack, Window = window, Payload = payload };
            var original = packet.ToBytes();
            _harness.Install(flow with { LoggedSeq = seq + 1000 });
            var there = _harness.Front(original).Frame;
            _harness.Install(mirror with { LoggedSeq = seq + flow.DeltaIn + 1000 });
            // The mirror's client is our backend leg: its packets have the addresses inner to backend.
            Assert.Equal(original, _harness.Front(there).Frame);
        }, iter: LayoutsToTry, threads: 1);
    }

    [Fact]
    public void Sack_NotNegotiatedOnBothLegs_BecomesNops()
    {
        var flow = new TestFlow { Flags = SpliceFlags.None };
        _harness.Install(flow);
        var packet = flow.FromClient() with { Options = [1, .. SackModel.Sack((1, 2)), 1] };
        var expected = flow.ToBackend(packet);

        var result = _harness.Front(packet);

        Assert.All(expected.Options, value => Assert.Equal(1, value));
        Assert.Equal(expected.ToBytes(), result.Frame);
    }

    [Fact]
    public void BackendSack_IsTranslatedWithTheOtherDelta()
    {
        var flow = new TestFlow();
        _harness.Install(flow);
        var packet = flow.FromBackend() with { Options = [1, 1, .. SackModel.Sack((5 + flow.DeltaIn, 9 + flow.DeltaIn))] };

        var result = _harness.Back(packet);

        Assert.Equal(flow.ToClient(packet).ToBytes(), result.Frame);
        Assert.Equal(SackModel.Sack((5, 9)), flow.ToClient(packet).Options[2..]);
    }

    [Fact]
    public void Options_Malformed_AreDropped()
    {
        var flow = new TestFlow();
        _harness.Install(flow);

        var result = _harness.Front(flow.FromClient() with { Options = [5, 200, 1, 1] });

        Assert.Equal(TestRun.Shot, result.Verdict);
        Assert.Equal(1ul, _harness.Dropped(SpliceDrop.Malformed));
    }

    public void Dispose() => _harness.Dispose();

    private static byte[] Pad(byte[] options) => [.. options, .. Enumerable.Repeat((byte)1, (4 - options.Length % 4) % 4)];
}
