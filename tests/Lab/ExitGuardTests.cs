using Appliance.Cli.Lab;
using Appliance.Cli.Services;

namespace Tests.Lab;

/// <summary>The process that keeps a killed backend's memory until its connections are closed.</summary>
public sealed class ExitGuardTests(LabFixture lab) : LabTest(lab)
{
    [Fact]
    public async Task BackendKilled_GuardsHoldNoConnectionAndEnd()
    {
        var backend = Topology.Find("backend1");
        var guards = ServiceRunner.PidsOf(backend).Where(pid => File.ReadAllText($"/proc/{pid}/comm").Trim() == "exit-guard").ToList();
        Assert.Equal(AllServices.On(backend).Count(), guards.Count);
        foreach (var guard in guards)
        {
            var held = Directory.GetFiles($"/proc/{guard}/fd").Select(file => File.ResolveLinkTarget(file, false)!.Name);
            Assert.Equal(["anon_inode:[pidfd]"], held);
        }

        Failure.Apply(backend.Name, Dying.Kill);

        await LabFixture.Until(
            () => !guards.Any(guard => Directory.Exists($"/proc/{guard}")), TimeSpan.FromSeconds(10), "the guards to end", Cancelled);
        await Lab.MendAsync(Cancelled);
    }
}
