using Appliance.Cli.Lab;
using Appliance.Cli.Services;

namespace Tests.Lab.Networks;

/// <summary>
/// In the middle of a download the path to the client narrows. Its backend, of which the router knows nothing, hears of it and sends
/// smaller packets; so does the backend that takes over, which had not heard.
/// </summary>
public sealed class NarrowPathTests(LabFixture lab) : LabTest(lab)
{
    /// <summary>What every IPv6 path carries (RFC 8200 §5).</summary>
    private const int MtuBytes = 1280;

    public static TheoryData<string> Addresses => new(Topology.AddressGroups[0].Pairs.Select(pair => pair.VirtualAddress));

    [Theory]
    [MemberData(nameof(Addresses))]
    public async Task Download_PathNarrowsThenBackendDies_IsWhole(string address)
    {
        ForgetPaths();
        using var router = SprayingRouter.Start();
        var story = DownloadStory.Sample() with { Address = address, From = router.Client };

        var result = await story.RunAsync(
            [
                (0.2, _ => Task.Run(() => router.Narrow(MtuBytes))),
                (0.5, client => Failure.ApplyAsync([SampleServices.MachineOf(Lab.BackendOf(client))], Dying.Kill)),
            ],
            Cancelled);

        Say($"pause {result.Pause.TotalMilliseconds:0} ms at {result.PauseAt}, {result.Duration.TotalSeconds:0.0} s, told {router.TooBig()} times");
        Assert.True(router.TooBig() > 1, "not both backends sent what was too big");
        ForgetPaths();
    }

    /// <summary>A kernel remembers for ten minutes what fits on a path, and for a backend all clients are at the end of the same one.</summary>
    private static void ForgetPaths()
    {
        foreach (var backend in Topology.Backends)
        {
            Shell.Run("ip", "-n", backend.Namespace, "route", "flush", "cache");
            if (Topology.HasIPv6)
            {
                Shell.Run("ip", "-n", backend.Namespace, "-6", "route", "flush", "cache");
            }
        }
    }
}
