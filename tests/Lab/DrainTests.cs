using Appliance.Cli.Clients;
using Appliance.Cli.Lab;
using Appliance.Cli.Services;

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
        using var download = await Download.StartAsync("/files/1g.bin", Topology.SampleHost, "", Cancelled, tls: true);
        var receiving = download.ReceiveAsync(Cancelled);
        await LabFixture.Until(() => download.Bytes > 0, HttpConnection.SilenceMax, "the first byte", Cancelled);
        var backend = Lab.BackendOf(download.Client);
        var machine = SampleServices.MachineOf(backend);
        Drain.Set(machine, true);
        try
        {
            await NewFlowsGoElsewhereAsync(backend, async () =>
            {
                var connection = await HttpConnection.OpenTlsAsync(Topology.SampleHost, Cancelled);
                await GreetAsync(connection);
                return connection;
            });
            Assert.Equal(backend, Lab.BackendOf(download.Client));
            var result = await receiving;
            Assert.Equal(DemoFacts.FileSha256("/1g.bin"), result.Sha256);
        }
        finally
        {
            Drain.Set(machine, false);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task IdleConnection_ItsBackendIsDrained_GoesOnElsewhere(bool tls)
    {
        using var connection = await HttpConnection.OpenAsync(tls, Topology.SampleHost, Cancelled);
        await GreetAsync(connection);
        var backend = Lab.BackendOf(connection.Client);
        var machine = SampleServices.MachineOf(backend);
        Drain.Set(machine, true);
        try
        {
            await LabFixture.Until(
                () => (string)LabFixture.FlowOrNull(Lab.ActiveProxy, connection.Client)!["state"]! == "orphaned",
                HttpConnection.SilenceMax, "the flow to leave", Cancelled);
            await GreetAsync(connection);
            Assert.NotEqual(backend, Lab.BackendOf(connection.Client));
        }
        finally
        {
            Drain.Set(machine, false);
        }
    }

    private static async Task GreetAsync(HttpConnection connection)
    {
        await connection.SendAsync($"GET / HTTP/1.1\r\nHost: {Topology.SampleHost}\r\n\r\n", Cancelled);
        Assert.Equal(200, (await connection.ReadAnswerAsync(Cancelled)).Head.Status);
    }
}
