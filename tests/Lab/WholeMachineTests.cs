using Appliance.Cli.Clients;
using Appliance.Cli.Lab;
using Appliance.Cli.Services;

namespace Tests.Lab;

/// <summary>
/// One connection over HTTPS sees its backend die, then its proxy, then a machine that carries both, which in the lab is two
/// at the same moment; a store dies with each proxy.
/// </summary>
public sealed class WholeMachineTests(LabFixture lab) : LabTest(lab)
{
    private const int UploadBytes = 50 * 1024 * 1024;

    [Theory]
    [InlineData(Dying.Unplug)]
    [InlineData(Dying.Reboot)]
    public async Task Download_BackendThenProxyThenMachineDies_ContinuesOnTheSameConnection(Dying how)
    {
        for (var round = 0; round < LabFixture.Rounds(1, 20); round++)
        {
            var result = await DownloadStory.Sample().RunAsync(
                [(0.2, client => BackendDiesAsync(client, how)), (0.45, _ => ProxyDiesAsync(how)), (0.7, client => MachineDiesAsync(client, how))],
                Cancelled);
            Say($"{how} round {round}: longest pause {result.Pause.TotalMilliseconds:0} ms at {result.PauseAt}, {result.Duration.TotalSeconds:0.0} s");
            await Lab.MendAsync(Cancelled);
        }
    }

    [Theory]
    [InlineData(Dying.Unplug)]
    [InlineData(Dying.Reboot)]
    public async Task Upload_BackendThenProxyThenMachineDies_IsStoredWholeAndOnce(Dying how)
    {
        for (var round = 0; round < LabFixture.Rounds(1, 20); round++)
        {
            await UploadAsync(how, round);
            await Lab.MendAsync(Cancelled);
        }
    }

    private async Task UploadAsync(Dying how, int round)
    {
        var bytes = new byte[UploadBytes];
        new Random(round + 1000 * (int)how).NextBytes(bytes);
        var before = SampleUploads.Stored();
        using var capture = await SynCapture.StartAsync(Cancelled);
        using var connection = await HttpConnection.OpenTlsAsync(Topology.SampleHost, Cancelled);

        await connection.SendAsync($"POST /uploads HTTP/1.1\r\nHost: {Topology.SampleHost}\r\nContent-Length: {UploadBytes}\r\n\r\n", Cancelled);
        await connection.SendAsync(bytes.AsMemory(0, UploadBytes / 4), Cancelled);
        await BackendDiesAsync(connection.Client, how);
        await connection.SendAsync(bytes.AsMemory(UploadBytes / 4, UploadBytes / 4), Cancelled);
        await ProxyDiesAsync(how);
        await connection.SendAsync(bytes.AsMemory(UploadBytes / 2, UploadBytes / 4), Cancelled);
        await MachineDiesAsync(connection.Client, how);
        await connection.SendAsync(bytes.AsMemory(UploadBytes / 4 * 3), Cancelled);
        await SampleUploads.CheckAnswerAsync(connection, bytes, before, Cancelled);

        Assert.Equal(1, await capture.ConnectionsAsync(Cancelled));
    }

    private async Task BackendDiesAsync(string client, Dying how)
    {
        var dying = Lab.BackendOf(client);
        Failure.Apply(SampleServices.MachineOf(dying), how);
        await LabFixture.Until(() => Lab.BackendOf(client) != dying, HttpConnection.SilenceMax, $"the flow to leave {dying}", Cancelled);
    }

    private async Task ProxyDiesAsync(Dying how)
    {
        await Lab.MendAsync(Cancelled);
        Failure.Apply(Lab.ActiveProxy, how);
    }

    private async Task MachineDiesAsync(string client, Dying how)
    {
        await Lab.MendAsync(Cancelled);
        var dying = new[] { Lab.ActiveProxy, SampleServices.MachineOf(Lab.BackendOf(client)) };
        await Failure.ApplyAsync(dying, how);
    }
}
