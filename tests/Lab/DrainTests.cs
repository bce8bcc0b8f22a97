using Appliance.Cli.Clients;
using Appliance.Cli.Lab;

namespace Tests.Lab;

/// <summary>A drained machine gets no new work, and what it has is not disturbed.</summary>
public sealed class DrainTests(LabFixture lab) : LabTest(lab)
{
    [Fact]
    public async Task Download_ItsProxyIsDrained_GoesOnOverTheOther()
    {
        var drained = Lab.ActiveProxy;
        try
        {
            await DownloadStory.Sample().RunAsync([(0.3, _ => Task.Run(() => Drain.Set(drained, true)))], Cancelled);
            Assert.NotEqual(drained, Lab.ActiveProxy);
        }
        finally
        {
            Drain.Set(drained, false);
        }
    }

    [Fact]
    public async Task Download_ItsBackendIsDrained_StaysThereWhileNewFlowsDoNot()
    {
        string? drained = null;
        try
        {
            await DownloadStory.Sample().RunAsync(
                [
                    (0.2, client => Task.Run(() => Drain.Set((drained = Lab.BackendOf(client)).Split('@')[^1], true))),
                    (0.4, _ => NewFlowsGoElsewhereAsync(drained!)),
                    (0.6, client => Task.Run(() => Assert.Equal(drained, Lab.BackendOf(client)))),
                ],
                Cancelled);
        }
        finally
        {
            if (drained is not null)
            {
                Drain.Set(drained.Split('@')[^1], false);
            }
        }
    }

    private async Task NewFlowsGoElsewhereAsync(string drained)
    {
        for (var flow = 0; flow < 6; flow++)
        {
            using var connection = await HttpConnection.OpenTlsAsync(Topology.SampleHost, Cancelled);
            await connection.SendAsync($"GET / HTTP/1.1\r\nHost: {Topology.SampleHost}\r\n\r\n", Cancelled);
            await connection.ReadAnswerAsync(Cancelled);
            Assert.NotEqual(drained, Lab.BackendOf(connection.Client));
        }
    }
}
