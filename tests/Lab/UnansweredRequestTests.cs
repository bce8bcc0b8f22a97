using Appliance.Cli.Clients;
using Appliance.Cli.Lab;
using Appliance.Cli.Services;

namespace Tests.Lab;

/// <summary>A backend dies with a request that it has not answered yet.</summary>
public sealed class UnansweredRequestTests(LabFixture lab) : LabTest(lab)
{
    [Theory]
    [InlineData(Dying.Kill)]
    [InlineData(Dying.Freeze)]
    [InlineData(Dying.Unplug)]
    public async Task Get_BackendDiesBeforeAnswering_IsAnsweredOnce(Dying how)
    {
        using var capture = await SynCapture.StartAsync(Cancelled);
        using var connection = await HttpConnection.OpenAsync(Cancelled);
        var account = await MailApi.AccountAsync(connection, MailUsers.Alice, Cancelled);
        var inbox = await MailApi.InboxAsync(connection, MailUsers.Alice, account, Cancelled);
        var backend = Lab.BackendOf(connection.Client);

        // Frozen first, so that the request certainly has no answer when the backend dies.
        ServiceRunner.SignalAll(ServiceRunner.PidsOf(Topology.Find(backend)), "STOP");
        await connection.SendAsync(MailApi.Request(MailUsers.Alice, MailApi.ListCalls(account, inbox, 10)), Cancelled);
        if (how != Dying.Freeze)
        {
            Failure.Apply(backend, how);
        }

        var (head, body) = await connection.ReadAnswerAsync(Cancelled);

        Assert.Equal(200, head.Status);
        Assert.Contains("Large attachment", System.Text.Encoding.UTF8.GetString(body), StringComparison.Ordinal);
        Assert.Equal(1, await capture.ConnectionsAsync(Cancelled));
    }
}
