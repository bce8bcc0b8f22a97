using System.Globalization;
using Appliance.Cli.Lab;
using Appliance.Cli.Services;

namespace Tests.Lab;

/// <summary>spliced, which everything from the internet reaches first, has no more rights than its unit file says.</summary>
public sealed class PrivilegeTests(LabFixture lab) : LabTest(lab)
{
    /// <summary>Numbers of the capabilities in capability.h.</summary>
    private static readonly Dictionary<string, int> Numbers = new()
    {
        ["CAP_NET_BIND_SERVICE"] = 10,
        ["CAP_NET_ADMIN"] = 12,
        ["CAP_NET_RAW"] = 13,
        ["CAP_SYS_NICE"] = 23,
        ["CAP_PERFMON"] = 38,
        ["CAP_BPF"] = 39,
    };

    [Fact]
    public void Spliced_Runs_AsItsOwnUserWithTheCapabilitiesOfItsUnit()
    {
        var named = LeastPrivilege.Capabilities(File.ReadAllText(Path.Combine(LabPaths.Root, "ops", "systemd", "spliced.service")));
        var expected = named.Aggregate(0ul, (set, capability) => set | (1ul << Numbers[capability]));
        foreach (var proxy in Topology.Proxies)
        {
            var status = File.ReadLines($"/proc/{ServiceRunner.Pid(AllServices.Find($"{proxy.Name}/spliced"))}/status")
                .Select(line => line.Split(":\t")).ToDictionary(pair => pair[0], pair => pair[1]);
            Assert.DoesNotContain("0", status["Uid"].Split('\t'));
            Assert.Equal("1", status["NoNewPrivs"]);
            Assert.All(new[] { "CapPrm", "CapEff", "CapBnd" }, set => Assert.Equal(expected, ulong.Parse(status[set], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture)));
        }
    }
}
