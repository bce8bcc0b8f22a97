using Appliance.Cli.Lab;

namespace Tests.Lab;

/// <summary>nginx, which knows nothing of the splice, dies in the middle of a 1 GB file.</summary>
public sealed class PlainBackendDiesTests(LabFixture lab) : LabTest(lab)
{
    [Theory]
    [InlineData(Dying.Kill)]
    [InlineData(Dying.Freeze)]
    [InlineData(Dying.Unplug)]
    [InlineData(Dying.Reboot)]
    public async Task File_NginxDies_ContinuesOnTheSameConnection(Dying how)
    {
        for (var round = 0; round < LabFixture.Rounds(1, 100); round++)
        {
            var result = await DownloadStory.File().RunAsync(
                client =>
                {
                    Failure.Apply(Lab.BackendOf(client), how);
                    return Task.CompletedTask;
                },
                round + 1000 * (int)how,
                Cancelled);
            Say($"{how} round {round}: pause {result.Pause.TotalMilliseconds:0} ms at {result.PauseAt}, {result.Duration.TotalSeconds:0.0} s");
            await Lab.MendAsync(Cancelled);
        }
    }
}
