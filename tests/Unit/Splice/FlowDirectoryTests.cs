using Splice.Daemon.Flows;
using Splice.Wire;

namespace Tests.Unit.Splice;

/// <summary>Flows are found by what they are asked for by, whatever came and went beside them.</summary>
public sealed class FlowDirectoryTests
{
    private const int FlowsMax = 64;

    [Fact]
    public void Flows_ComeAndGo_AreFoundWhileTheyAreThere()
    {
        var directory = new FlowDirectory(FlowsMax);
        var there = new Dictionary<FlowId, Flow>();
        var free = new Queue<uint>(Enumerable.Range(0, FlowsMax).Select(slot => (uint)slot));
        var random = new Random(1);
        for (var step = 0; step < 10_000; step++)
        {
            if (free.Count > 0 && random.Next(2) == 0)
            {
                // Few different lower halves: they meet in the same chains.
                var id = new FlowId(new UInt128((ulong)step, (ulong)random.Next(8)));
                var flow = new Flow(StorePair.Record(id, 1), free.Dequeue(), (uint)step);
                Assert.True(directory.TryAdd(flow));
                Assert.False(directory.TryAdd(new Flow(flow.Record, flow.Slot, flow.Generation)));
                there.Add(id, flow);
            }
            else if (there.Count > 0)
            {
                var flow = there.Values.ElementAt(random.Next(there.Count));
                directory.Remove(flow);
                there.Remove(flow.Id);
                free.Enqueue(flow.Slot);
                Assert.Null(directory.Find(flow.Id));
                Assert.False(directory.Has(flow.Slot));
            }

            Assert.Equal(there.Count, directory.Count);
            Assert.All(there.Values, flow => Assert.Same(flow, directory.Find(flow.Id)));
            Assert.All(there.Values, flow => Assert.Same(flow, directory.Find(flow.Slot, flow.Generation)));
        }

        Assert.Equal(there.Values.ToHashSet(), directory.All.ToHashSet());
    }
}
