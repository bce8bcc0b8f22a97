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
}
