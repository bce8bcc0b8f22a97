using Appliance.Cli.Lab;

namespace Tests.Lab;

/// <summary>The process that keeps a killed backend's memory until its connections are closed.</summary>
public sealed class ExitGuardTests(LabFixture lab) : LabTest(lab)
{
    [Fact]
    public async Task BackendKilled_GuardHoldsNoConnectionAndEnds()
    {
        var backend = Topology.Find("backend1");
        var guard = ServiceRunner.PidsOf(backend).Single(pid => File.ReadAllText($"/proc/{pid}/comm").Trim() == "exit-guard");
        var held = Directory.GetFiles($"/proc/{guard}/fd").Select(file => File.ResolveLinkTarget(file, false)!.Name);
        Assert.Equal(["anon_inode:[pidfd]"], held);

        Failure.Apply(backend.Name, Dying.Kill);

        await LabFixture.Until(() => !Directory.Exists($"/proc/{guard}"), TimeSpan.FromSeconds(10), "the guard to end", Cancelled);
        await Lab.MendAsync(Cancelled);
    }
}
