using System.Buffers.Binary;
using Splice.Daemon.Flows;
using Splice.Daemon.Injection;
using Splice.Daemon.Takeover;
using Splice.Wire;
using Splice.Wire.Abi;
using Tests.Support;

namespace Tests.Unit.Splice;

/// <summary>Of which flows a new proxy tells the backend that something was lost. What a backend does then is the kernel tests' business.</summary>
public sealed class FlowWakenerTests : IDisposable
{
    private const uint Segment = 1460;
    private const int SackOption = 20 + 20 + 4;
    private readonly KernelMemory _memory = new();
    private readonly List<byte[]> _reports = [];
    private readonly FlowRecord _record = StorePair.Record(FlowId.NewRandom(), 1);

    public FlowWakenerTests() => _memory.Flows.Install(0, _record, new FlowStart());

    public void Dispose() => _memory.Dispose();

    [Theory]
    [InlineData(2 * Segment, Segment)]
    [InlineData(100 * Segment, 2 * Segment)]
    public async Task BackendHasSentMoreThanArrived_IsToldOfItsTail(uint missing, uint tail)
    {
        await WakeAsync(() => Answer(missing));

        var report = Assert.Single(_reports);
        var end = _record.BackendSeqOf(_memory.Flows[0].SentSeqEnd);
        Assert.Equal(end - tail, BinaryPrimitives.ReadUInt32BigEndian(report.AsSpan(SackOption)));
        Assert.Equal(end, BinaryPrimitives.ReadUInt32BigEndian(report.AsSpan(SackOption + 4)));
        Assert.Equal(_record.BackendSeqOf(_memory.Flows[0].ClientAck), BinaryPrimitives.ReadUInt32BigEndian(report.AsSpan(20 + 8)));
    }

    /// <summary>One segment: nothing behind it could have arrived.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(Segment)]
    public async Task NoGapPossible_NotTold(uint missing)
    {
        await WakeAsync(() => Answer(missing));

        Assert.Empty(_reports);
    }

    /// <summary>The client has acknowledged the FIN behind all that was sent.</summary>
    [Fact]
    public async Task AnswerHasEnded_NotTold()
    {
        await WakeAsync(() => Answer(unchecked((uint)-1)));

        Assert.Empty(_reports);
    }

    [Fact]
    public async Task OneEndSaysNothing_NotTold()
    {
        await WakeAsync(() =>
        {
            Answer(100 * Segment);
            _memory.Flows[0].ClientSeenNs = 0;
        });

        Assert.Empty(_reports);
    }

    [Fact]
    public async Task ClientGetsMore_NotTold()
    {
        await WakeAsync(() =>
        {
            Answer(100 * Segment);
            _memory.Flows[0].ClientAck += Segment;
        });

        Assert.Empty(_reports);
    }

    [Fact]
    public async Task AnotherBackendContinues_NotTold()
    {
        await WakeAsync(() =>
        {
            Answer(100 * Segment);
            _memory.Flows.SetFlag(0, SpliceFlags.AckCeiling, true);
        });

        Assert.Empty(_reports);
    }

    private Task WakeAsync(Action look)
    {
        var injector = new FlowInjector(_memory.Flows, new PacketInjector((packet, _) => Note(packet)));
        return new FlowWakener(_memory.Flows, injector, new LookTime(look)).WakeAsync([new Flow(_record, 0, 0)]);
    }

    private void Note(ReadOnlySpan<byte> packet)
    {
        if (packet.Length > SackOption)
        {
            _reports.Add(packet.ToArray());
        }
    }

    private void Answer(uint missing)
    {
        ref var slot = ref _memory.Flows[0];
        (slot.ClientSeenNs, slot.BackendSeenNs) = (1, 1);
        slot.SentSeqEnd = slot.ClientAck + missing;
    }

    /// <summary>Pauses take no time; before each ends something happens.</summary>
    private sealed class LookTime(Action look) : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            look();
            return base.CreateTimer(callback, state, TimeSpan.Zero, period);
        }
    }
}
