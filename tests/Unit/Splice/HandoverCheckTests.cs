using System.Net;
using Splice.Hooks;
using Splice.Store;
using Splice.Wire;

namespace Tests.Unit.Splice;

/// <summary>Which output of an owner that died can be continued.</summary>
public sealed class HandoverCheckTests
{
    private static readonly RequestStart Idle = new(2, 100, 200);

    [Theory]
    [InlineData(200UL)]
    [InlineData(201UL)]
    public void Sent_NoByteOrTheFinOfADeadOwner_IsContinued(ulong sent) => Check(sent);

    [Fact]
    public void Sent_OutputWithoutAnEntry_IsRefused() => Assert.Throws<DivergenceException>(() => Check(202));

    [Fact]
    public void Acknowledged_OutputWithoutAnEntry_IsRefused() => Assert.Throws<DivergenceException>(() => Check(201, acked: 201));

    private static void Check(ulong sent, ulong acked = 200)
    {
        var end = new IPEndPoint(IPAddress.Loopback, 1);
        var preamble = new Preamble(
            end, end, FlowId.NewRandom(), PreambleMode.HandedOver, 2, Idle.InputOffset, Idle.OutputOffset, acked, "webmail", default, sent);
        HandoverCheck.ThrowIfNotOurs(JournalReplay.Parse(new JournalSnapshot(Idle, [])), preamble, "build");
    }
}
