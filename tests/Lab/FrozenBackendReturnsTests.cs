using Appliance.Cli.Clients;
using Appliance.Cli.Lab;
using Appliance.Cli.Services;

namespace Tests.Lab;

/// <summary>A backend that was only frozen wakes up while its flow goes on elsewhere: its late bytes and writes go nowhere.</summary>
public sealed class FrozenBackendReturnsTests(LabFixture lab) : LabTest(lab)
{
    [Fact]
    public async Task Download_FrozenBackendWakesUp_ContentIsUnharmed()
    {
        var story = await DownloadStory.AttachmentAsync(Cancelled);
        for (var round = 0; round < LabFixture.Rounds(2, 50); round++)
        {
            await story.RunAsync(
                async client =>
                {
                    var frozen = Lab.BackendOf(client);
                    Failure.Apply(frozen, Dying.Freeze);
                    await LabFixture.Until(
                        () => Lab.FlowOrNull(client) is not { } flow || (string)flow["backend"]! != frozen,
                        TimeSpan.FromSeconds(10), "the flow to move", Cancelled);
                    ServiceRunner.SignalAll(ServiceRunner.PidsOf(Topology.Find(frozen)), "CONT");
                },
                round,
                Cancelled);
            await Lab.MendAsync(Cancelled);
        }
    }

    [Fact]
    public async Task IdleConnection_FrozenBackendWakesUp_FlowStaysWithItsSuccessor()
    {
        using var connection = await HttpConnection.OpenAsync(Cancelled);
        var account = await MailApi.AccountAsync(connection, MailUsers.Alice, Cancelled);
        var frozen = Lab.BackendOf(connection.Client);
        Failure.Apply(frozen, Dying.Freeze);
        await MailApi.AccountAsync(connection, MailUsers.Alice, Cancelled);
        var successor = Lab.BackendOf(connection.Client);

        ServiceRunner.SignalAll(ServiceRunner.PidsOf(Topology.Find(frozen)), "CONT");

        Assert.Equal(account, await MailApi.AccountAsync(connection, MailUsers.Alice, Cancelled));
        Assert.NotEqual(frozen, successor);
        Assert.Equal(successor, Lab.BackendOf(connection.Client));
    }
}
