using Splice.Daemon.Flows;
using Splice.Wire;
using Splice.Wire.Abi;
using Tests.Support;

namespace Tests.Unit.Splice;

/// <summary>Totals over flows that come and go must not go down, nor count what the kernel program did not forward.</summary>
public sealed class TrafficTests : IDisposable
{
    private readonly KernelMemory _memory = new();

    [Fact]
    public void Total_OfAFlowThatBeganAnew_Stays()
    {
        var record = StorePair.Record(FlowId.NewRandom(), 1);
        Install(record, fed: 100);
        Forward(packets: 3, bytes: 50);
        var before = Total();

        Install(record, fed: 170);

        Assert.Equal(new TrafficNumbers(3, 3, 50, 50), before);
        Assert.Equal(before, Total());
    }

    [Fact]
    public void Total_WhileASlotIsBetweenTwoFlows_DoesNotGoDown()
    {
        Install(StorePair.Record(FlowId.NewRandom(), 1), fed: 0);
        Forward(packets: 3, bytes: 50);
        var before = Total();

        Assert.Equal(before, _memory.Flows.Traffic.Total(default));
    }

    public void Dispose() => _memory.Dispose();

    private void Install(FlowRecord record, ulong fed) => _memory.Flows.Install(0, record, new FlowStart { LoggedOffset = fed, FedOffset = fed });

    private void Forward(ulong packets, ulong bytes)
    {
        ref var slot = ref _memory.Flows[0];
        (slot.PacketsIn, slot.PacketsOut) = (slot.PacketsIn + packets, slot.PacketsOut + packets);
        (slot.BytesIn, slot.BytesOut) = (slot.BytesIn + bytes, slot.BytesOut + bytes);
    }

    private TrafficNumbers Total() => _memory.Flows.Traffic.Total(TrafficNumbers.Of(_memory.Flows[0]));
}
