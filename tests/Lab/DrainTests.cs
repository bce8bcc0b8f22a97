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
        await WhileOrphanedAsync(connection, async () =>
        {
            await GreetAsync(connection);
            Assert.NotEqual(backend, Lab.BackendOf(connection.Client));
        });
    }

    /// <summary>The proxy itself ends such a connection: nobody else is left, so it says so again if that is lost.</summary>
    [Fact]
    public async Task IdleConnection_ItsBackendIsDrained_AndTheEndIsLost_ClientHearsOfItAgain()
    {
        const string Table = "lost_end";
        var client = Topology.Find("client");
        using var connection = await HttpConnection.OpenAsync(tls: false, Topology.SampleHost, Cancelled);
        await GreetAsync(connection);
        await WhileOrphanedAsync(connection, async () =>
        {
            try
            {
                Nft.Run(client, $"add table inet {Table}; add chain inet {Table} in {{ type filter hook input priority 0; }}; "
                    + $"add rule inet {Table} in tcp dport {connection.ClientPort} tcp flags & fin == fin limit rate 1/day burst 1 packets counter drop");
                await connection.FinishSendingAsync();

                await Assert.ThrowsAsync<BrokenConnectionException>(async () => await connection.ReadHeadAsync(Cancelled));
                Assert.Contains("packets 1 ", Nft.Run(client, "list", "table", "inet", Table), StringComparison.Ordinal);
            }
            finally
            {
                Nft.Run(client, "delete", "table", "inet", Table);
            }
        });
    }

    /// <summary>Drains the backend of an idle connection. One that dies may not have heard that its answer has arrived: then it has a
    /// successor at once.</summary>
    private async Task WhileOrphanedAsync(HttpConnection connection, Func<Task> act)
    {
        var machine = SampleServices.MachineOf(Lab.BackendOf(connection.Client));
        Drain.Set(machine, true);
        try
        {
            await LabFixture.Until(
                () => (string)LabFixture.FlowOrNull(Lab.ActiveProxy, connection.Client)!["state"]! == "orphaned",
                HttpConnection.SilenceMax, "the flow to leave", Cancelled);
            await act();
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
