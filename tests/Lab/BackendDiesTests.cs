using Appliance.Cli.Lab;

namespace Tests.Lab;

/// <summary>A backend dies in the middle of the download of a 100 MB attachment.</summary>
public sealed class BackendDiesTests(LabFixture lab) : LabTest(lab)
{
    [Theory]
    [InlineData(Dying.Kill)]
    [InlineData(Dying.Freeze)]
    [InlineData(Dying.Unplug)]
    [InlineData(Dying.Reboot)]
    public async Task Download_BackendDies_ContinuesOnTheSameConnection(Dying how)
    {
        var story = await DownloadStory.AttachmentAsync(Cancelled);
        for (var round = 0; round < LabFixture.Rounds(1, 100); round++)
        {
            var result = await story.RunAsync(
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
