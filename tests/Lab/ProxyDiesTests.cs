using Appliance.Cli.Lab;
using Appliance.Cli.Services;

namespace Tests.Lab;

/// <summary>The active proxy dies in the middle of the download of a 100 MB attachment.</summary>
public sealed class ProxyDiesTests(LabFixture lab) : LabTest(lab)
{
    [Theory]
    [InlineData(Dying.Kill)]
    [InlineData(Dying.Freeze)]
    [InlineData(Dying.Unplug)]
    [InlineData(Dying.Reboot)]
    public async Task Download_ProxyDies_ContinuesOnTheSameConnection(Dying how)
    {
        var story = await DownloadStory.AttachmentAsync(Cancelled);
        for (var round = 0; round < LabFixture.Rounds(1, 100); round++)
        {
            var result = await story.RunAsync(
                _ =>
                {
                    Failure.Apply(Lab.ActiveProxy, how);
                    return Task.CompletedTask;
                },
                round + 1000 * (int)how,
                Cancelled);
            Say($"{how} round {round}: pause {result.Pause.TotalMilliseconds:0} ms at {result.PauseAt}, {result.Duration.TotalSeconds:0.0} s");
            await Lab.MendAsync(Cancelled);
        }
    }

    /// <summary>The addresses stay: keepalived's check of spliced bears with a restart.</summary>
    [Fact]
    public async Task Download_SplicedRestarts_DoesNotNotice()
    {
        var story = DownloadStory.File();
        var proxy = Lab.ActiveProxy;
        var keepalived = AllServices.Find($"{proxy}/keepalived").LogFile;
        var logged = (await File.ReadAllLinesAsync(keepalived, Cancelled)).Length;

        await story.RunAsync(
            _ =>
            {
                Failure.Apply($"{proxy}/spliced", Dying.Kill);
                Failure.Revive(proxy);
                return Task.CompletedTask;
            },
            7,
            Cancelled);

        Assert.DoesNotContain((await File.ReadAllLinesAsync(keepalived, Cancelled)).Skip(logged), line => line.Contains("FAULT", StringComparison.Ordinal));
    }
}
