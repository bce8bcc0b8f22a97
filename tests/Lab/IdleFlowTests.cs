using Appliance.Cli.Clients;
using Appliance.Cli.Lab;
using Appliance.Cli.Services;

namespace Tests.Lab;

/// <summary>Between two requests of a connection its backend, or its proxy, dies: the next request is answered on it.</summary>
public sealed class IdleFlowTests(LabFixture lab) : LabTest(lab)
{
    [Theory]
    [InlineData(Dying.Kill)]
    [InlineData(Dying.Freeze)]
    [InlineData(Dying.Unplug)]
    [InlineData(Dying.Reboot)]
    public async Task IdleConnection_BackendDies_NextRequestIsAnswered(Dying how)
    {
        using var connection = await HttpConnection.OpenAsync(Cancelled);
        var account = await MailApi.AccountAsync(connection, MailUsers.Alice, Cancelled);

        Failure.Apply(Lab.BackendOf(connection.Client), how);

        Assert.Equal(account, await MailApi.AccountAsync(connection, MailUsers.Alice, Cancelled));
    }

    [Theory]
    [InlineData(Dying.Freeze)]
    [InlineData(Dying.Unplug)]
    [InlineData(Dying.Reboot)]
    public async Task IdleConnection_ProxyDies_NextRequestIsAnswered(Dying how)
    {
        using var connection = await HttpConnection.OpenAsync(Cancelled);
        var account = await MailApi.AccountAsync(connection, MailUsers.Alice, Cancelled);

        Failure.Apply(Lab.ActiveProxy, how);

        Assert.Equal(account, await MailApi.AccountAsync(connection, MailUsers.Alice, Cancelled));
    }

    /// <summary>The proxy itself ends such a connection: nobody else is left, so it says so again if that is lost.</summary>
    [Fact]
    public async Task IdleConnection_BackendDies_AndTheEndIsLost_ClientHearsOfItAgain()
    {
        const string Table = "lost_end";
        var client = Topology.Find("client");
        using var connection = await HttpConnection.OpenAsync(Cancelled);
        await MailApi.AccountAsync(connection, MailUsers.Alice, Cancelled);
        Failure.Apply(Lab.BackendOf(connection.Client), Dying.Freeze);
        await LabFixture.Until(
            () => (string?)Lab.FlowOrNull(connection.Client)?["state"] == "orphaned", TimeSpan.FromSeconds(10), "the flow to be orphaned", Cancelled);
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
    }
}
