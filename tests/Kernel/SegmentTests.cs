using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using Splice.Wire.Abi;

namespace Tests.Kernel;

/// <summary>
/// Random segments against a plain model. Each case has a seed, which a failure names: APPLIANCE_CASE=seed runs it alone.
/// With APPLIANCE_FULL=n there are n times as many as in the long form.
/// </summary>
public sealed class SegmentTests(CompiledObject compiled) : IDisposable
{
    private const int Cases = 2000;
    private const int LongForm = 50;
    private const int TcpOffset = 34; // Ethernet and IPv4 without options
    private readonly Harness _harness = new(compiled);
    private int? _payloadBytesMax;

    private int PayloadBytesMax => _payloadBytesMax ??= _harness.PayloadBytesMax;

    private static IEnumerable<int> Seeds => Number("APPLIANCE_CASE") is { } only
        ? [only]
        : Enumerable.Range(1, Cases * (Number("APPLIANCE_FULL") is { } full ? full * LongForm : 1));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ClientSegment_AnyAtAll_IsThatOfTheModel(bool v6) => ForEachSeed(random =>
    {
        var flow = random.Flow(v6);
        var packet = random.FromClient(flow, PayloadBytesMax);
        _harness.Install(flow);

        var result = _harness.Front(packet);
        _harness.Remove(flow);

        AssertSame(packet, SegmentModel.ToBackend(flow, packet), result);
        AssertTapped(flow, packet);
    });

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void BackendSegment_AnyAtAll_IsThatOfTheModel(bool v6) => ForEachSeed(random =>
    {
        var flow = random.Flow(v6);
        var packet = random.FromBackend(flow, PayloadBytesMax);
        _harness.Install(flow);

        var result = _harness.Back(packet);
        _harness.Remove(flow);

        AssertSame(packet, SegmentModel.ToClient(flow, packet), result);
        Drain(packet);
    });

    /// <summary>Correcting a checksum does not repair it (RFC 1624): what was damaged on the way is noticed at the end.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Segment_DamagedOnItsWay_IsStillDamaged(bool v6) => ForEachSeed(random =>
    {
        var flow = random.Flow(v6);
        var packet = random.FromClient(flow, PayloadBytesMax) with { Flags = Packet.Ack, Options = [1, 1, .. SackModel.Sack((1, 2))], Payload = [1, 2, 3, 4, 5] };
        _harness.Install(flow with { LoggedSeq = packet.Seq + 1000 });
        var frame = packet.ToBytes();
        frame[^1] ^= 0x10;

        var result = _harness.Front(frame);
        _harness.Remove(flow);

        Assert.Equal(TestRun.Redirect, result.Verdict);
        Assert.False(Packet.HasRightChecksums(result.Frame));
    });

    /// <summary>A sum whose lower half is full, so that adding the carries to it carries once more: too rare for chance to find.</summary>
    [Fact]
    public void Checksum_CarriesThatCarry_AreAllAdded()
    {
        var flow = new TestFlow();
        var packet = flow.FromClient();
        var (before, after) = (Words(packet), Words(flow.ToBackend(packet)));
        // All but the new sequence number, which can be anything.
        var others = before.Aggregate(0UL, (sum, word) => sum + ~word) + after[0] + after[2] + after[3];
        for (var missing = 0u; missing < 8; missing++)
        {
            var seq = BinaryPrimitives.ReverseEndianness(uint.MaxValue - missing - (uint)others);
            var full = flow with { DeltaIn = seq - packet.Seq };
            _harness.Install(full);

            Assert.Equal(SegmentModel.ToBackend(full, packet)!.ToBytes(), _harness.Front(packet).Frame);
        }
    }

    public void Dispose() => _harness.Dispose();

    /// <summary>The first four words of the TCP header in the order of this machine, as the kernel program sums them up.</summary>
    private static uint[] Words(Packet packet) =>
        [.. Enumerable.Range(0, 4).Select(i => MemoryMarshal.Read<uint>(packet.ToBytes().AsSpan(TcpOffset + 4 * i)))];

    private static int? Number(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var number) ? number : null;

    private static void ForEachSeed(Action<RandomSegment> check)
    {
        foreach (var seed in Seeds)
        {
            try
            {
                check(new RandomSegment(seed));
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"case {seed} (run it alone with APPLIANCE_CASE={seed}): {e.Message}", e);
            }
        }
    }

    private static void AssertSame(Packet packet, Packet? expected, RunResult result)
    {
        if (expected is null)
        {
            Assert.Equal(TestRun.Shot, result.Verdict);
            return;
        }

        Assert.Equal(TestRun.Redirect, result.Verdict);
        if (!packet.HasAck)
        {
            // The window of such a packet means nothing.
            expected = expected with { Window = Packet.WindowOf(result.Frame) };
        }

        Assert.Equal(Convert.ToHexString(expected.ToBytes()), Convert.ToHexString(result.Frame));
        Assert.True(Packet.HasRightChecksums(result.Frame));
    }

    /// <summary>Payload that is not logged yet is told byte for byte, before anything else about its packet.</summary>
    private void AssertTapped(TestFlow flow, Packet packet)
    {
        var unlogged = packet.Payload.Length > 0 && Serial.After(Serial.Plus(packet.Seq, (uint)packet.Payload.Length), flow.LoggedSeq);
        var told = Drain(packet, unlogged);
        Assert.Equal(unlogged, told.Any(one => one.Type == SpliceEventType.ClientData));
        if (unlogged)
        {
            Assert.Equal((SpliceEventType.ClientData, packet.Seq), (told[0].Type, told[0].Seq));
            Assert.Equal(packet.Payload, told[0].Payload);
        }
    }

    /// <summary>The ring is read half a millisecond late, so only those who said something are waited for.</summary>
    private IReadOnlyList<LoggedEvent> Drain(Packet packet, bool said = false) =>
        said || (packet.Flags & (Packet.Fin | Packet.Rst)) != 0 ? _harness.Events() : [];
}
