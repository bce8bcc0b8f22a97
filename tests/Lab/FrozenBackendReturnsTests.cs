using Appliance.Cli.Clients;
using Appliance.Cli.Lab;
using Appliance.Cli.Services;
using Tests.Lab.Crowds;

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

    /// <summary>Nobody tells its TCP that they have moved, and a client that takes nothing makes it say nothing: it has to ask.</summary>
    [Theory]
    [InlineData(Dying.Freeze)]
    [InlineData(Dying.Unplug)]
    public async Task SlowDownloads_BackendReturns_LetsGoOfThem(Dying how)
    {
        const int Flows = 12;
        var readers = new List<SlowReader>();
        await using var golden = File.OpenRead(Path.Combine(FilesServices.Root, "100m.bin"));
        try
        {
            var others = Topology.Backends.ToDictionary(backend => backend.Name, Peers);
            for (var flow = 0; flow < Flows; flow++)
            {
                readers.Add(await SlowReader.StartAsync(0, "/files/100m.bin", Topology.SampleHost, Cancelled));
            }

            var machine = Topology.Find(SampleServices.MachineOf(Lab.BackendOf(readers[0].Client)));
            var (name, legs) = (SampleServices.BackendName(machine), Peers(machine).Except(others[machine.Name]).ToList());
            var moving = readers.Where(reader => Lab.BackendOf(reader.Client) == name).ToList();
            Failure.Apply(machine.Name, how);
            await LabFixture.Until(() => moving.All(reader => Lab.BackendOf(reader.Client) != name), HttpConnection.SilenceMax, "the flows to move", Cancelled);
            Assert.NotEmpty(Peers(machine).Intersect(legs));

            Failure.Revive(machine.Name);

            await LabFixture.Until(() => !Peers(machine).Intersect(legs).Any(), HttpConnection.SilenceMax, $"{name} to let go of {moving.Count} flows", Cancelled);
            foreach (var reader in readers)
            {
                await reader.TakeAsync(8 * SlowReader.KernelBytes, golden, Cancelled);
            }
        }
        finally
        {
            readers.ForEach(reader => reader.Dispose());
        }
    }

    private static IReadOnlyList<string> Peers(Machine machine) => Probe.Peers(machine, SampleServices.Port);
}
