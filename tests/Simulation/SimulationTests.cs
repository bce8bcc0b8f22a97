using System.Collections.Concurrent;
using System.Globalization;
using Tests.Simulation.Cases;

namespace Tests.Simulation;

/// <summary>
/// The control plane in virtual time: each workload with each fault, each with many seeds. A failure names what to set to see
/// it again, alone and with its whole trace.
/// </summary>
public sealed class SimulationTests(ITestOutputHelper output)
{
    /// <summary>Seeds of each case in the gate, two thousand runs, and in the long form: thirteen thousand.</summary>
    private const int Few = 21;
    private const int Many = 140;

    public static TheoryData<string, string> Cases
    {
        get
        {
            var cases = new TheoryData<string, string>();
            foreach (var workload in Workload.All)
            {
                foreach (var fault in Fault.All)
                {
                    cases.Add(workload.Name, fault.Name);
                }
            }

            return cases;
        }
    }

    /// <summary>As the rounds of the lab's failure stories: APPLIANCE_FULL=1 is the long form, a larger number that of the seeds.</summary>
    private static int Seeds =>
        int.TryParse(Environment.GetEnvironmentVariable("APPLIANCE_FULL"), CultureInfo.InvariantCulture, out var full)
            ? (full == 1 ? Many : full)
            : Few;

    /// <summary>One seed alone, if set.</summary>
    private static int? Seed =>
        int.TryParse(Environment.GetEnvironmentVariable("APPLIANCE_SEED"), CultureInfo.InvariantCulture, out var seed) ? seed : null;

    [Theory]
    [MemberData(nameof(Cases))]
    public void Clients_WhateverFails_GetTheirAnswers(string workload, string fault)
    {
        var (work, strike) = (Workload.All.First(one => one.Name == workload), Fault.All.First(one => one.Name == fault));
        // A run has a thread to itself and shares nothing with the others.
        var seeds = Partitioner.Create(Seed is { } only ? [only] : Enumerable.Range(0, Seeds), EnumerablePartitionerOptions.NoBuffering);
        foreach (var run in seeds.AsParallel().Select(seed => Run.Of(work, strike, seed, keepsTrace: Seed is not null)))
        {
            foreach (var line in run.Failure is null ? [] : run.Trace.Lines)
            {
                output.WriteLine(line);
            }

            Assert.True(
                run.Failure is null,
                $"{run} fails: {run.Failure}\nAPPLIANCE_SEED={run.Seed} and this test's name show it again, alone and with its trace.");
        }
    }

    [Fact]
    public void Seed_RunTwice_IsTheSameToTheLastEvent()
    {
        foreach (var fault in Fault.All)
        {
            var (first, second) = (Run.Of(Workload.All[1], fault, 7), Run.Of(Workload.All[1], fault, 7));

            Assert.Equal(first.Trace.Events, second.Trace.Events);
            Assert.Equal(first.Trace.Hash, second.Trace.Hash);
        }
    }
}
