using System.Diagnostics;
using System.Globalization;
using Appliance.Cli.Lab;
using Appliance.Cli.Services;

namespace Tests.Lab.Crowds;

/// <summary>A backend dies that has very many flows: all of them continue.</summary>
public sealed class CrowdTests(LabFixture lab) : LabTest(lab)
{
    private const string Victim = "backend1";
    private const int FewBusy = 200;
    private const int ManyBusy = 5000;
    private const int ManyIdle = 50_000;
    private const int OpenedAtOnce = 16;
    private const int FirstBytes = 10_000;

    /// <summary>More clients than Linux has ports of its own choice for.</summary>
    private const int FirstPort = 10_000;

    /// <summary>More than what was under way to the client when the backend died.</summary>
    private const int MoreBytes = 8 * SlowReader.KernelBytes;

    private static readonly TimeSpan MovedWithin = TimeSpan.FromMinutes(2);

    [Theory]
    [InlineData(Dying.Kill)]
    [InlineData(Dying.Unplug)]
    public async Task BusyFlows_TheirBackendDies_AllContinue(Dying how)
    {
        var readers = new SlowReader[LabFixture.Rounds(FewBusy, ManyBusy)];
        await using var golden = File.OpenRead(Path.Combine(FilesServices.Root, "100m.bin"));
        try
        {
            var others = OnVictim();
            await FillVictimAsync(readers, "/files/100m.bin", FirstBytes, golden);
            Assert.Equal(others + readers.Length, OnVictim());
            Failure.Apply(Victim, how);
            var (clock, failed) = (Stopwatch.StartNew(), DateTimeOffset.UtcNow);
            await LabFixture.Until(() => OnVictim() <= others, MovedWithin, $"the last of {readers.Length} flows to leave {Victim}", Cancelled);
            Say($"{readers.Length} flows, {how}: the last one moved after {(LastMove() - failed).TotalMilliseconds:0} ms");

            foreach (var some in readers.Chunk(OpenedAtOnce))
            {
                await Task.WhenAll(some.Select(reader => reader.TakeAsync(MoreBytes, golden, Cancelled)));
            }

            Say($"all went on, {clock.ElapsedMilliseconds} ms after the failure");
        }
        finally
        {
            Dispose(readers);
        }
    }

    /// <summary>An idle flow has nothing to be continued: it moves when its client speaks.</summary>
    [Fact]
    public async Task IdleFlows_TheirBackendDies_AllAreAnsweredWhenTheySpeak()
    {
        const int AnswerBytes = 1000;
        var readers = new SlowReader[Math.Min(LabFixture.Rounds(FewBusy, ManyIdle), OpenFilesMax() * 3 / 4)];
        await using var golden = File.OpenRead(Path.Combine(FilesServices.Root, "1k.bin"));
        try
        {
            var others = OnVictim();
            await FillVictimAsync(readers, "/files/1k.bin", AnswerBytes, golden);
            Assert.Equal(others + readers.Length, OnVictim());
            Failure.Apply(Victim, Dying.Unplug);
            var clock = Stopwatch.StartNew();
            foreach (var some in readers.Chunk(OpenedAtOnce))
            {
                await Task.WhenAll(some.Select(async reader =>
                {
                    await reader.AskAgainAsync(Cancelled);
                    await reader.TakeAsync(AnswerBytes, golden, Cancelled);
                }));
            }

            Say($"{readers.Length} idle flows: all were answered again within {clock.ElapsedMilliseconds} ms after the failure");
            Assert.InRange(OnVictim(), 0, others);
        }
        finally
        {
            Dispose(readers);
        }
    }

    /// <summary>New flows go to the victim alone while the others are drained.</summary>
    private static async Task FillVictimAsync(SlowReader[] readers, string path, int firstBytes, FileStream golden)
    {
        var others = Topology.Backends.Where(backend => backend.Name != Victim).ToList();
        others.ForEach(backend => Drain.Set(backend.Name, true));
        try
        {
            foreach (var places in Enumerable.Range(0, readers.Length).Chunk(OpenedAtOnce))
            {
                await Task.WhenAll(places.Select(async place =>
                {
                    readers[place] = await SlowReader.StartAsync(FirstPort + place, path, Topology.SampleHost, Cancelled);
                    await readers[place].TakeAsync(firstBytes, golden, Cancelled);
                }));
            }
        }
        finally
        {
            others.ForEach(backend => Drain.Set(backend.Name, false));
        }
    }

    /// <summary>A machine may not allow a process as many as this wants, neither this one nor a backend.</summary>
    private static int OpenFilesMax()
    {
        var self = $"{Environment.ProcessId}";
        Shell.Try("prlimit", "--pid", self, $"--nofile={2 * ManyIdle}");
        return int.Parse(Shell.Run("prlimit", "--pid", self, "--nofile", "--output", "SOFT", "--noheadings"), CultureInfo.InvariantCulture);
    }

    private static void Dispose(SlowReader?[] readers)
    {
        foreach (var reader in readers)
        {
            reader?.Dispose();
        }
    }

    /// <summary>As the proxy noted it: to ask it over and over keeps it from moving them.</summary>
    private DateTimeOffset LastMove() =>
        ControlClient.Get(Lab.ActiveProxy, "/status")!["recent"]!.AsArray()
            .Where(recent => (string)recent!["kind"]! == "handover")
            .Max(recent => (DateTimeOffset)recent!["at"]!);

    /// <summary>As the proxy counts them: its list of thousands would take longer than they take to move. An idle flow that another test
    /// left is among them, and stays until its client speaks.</summary>
    private int OnVictim() =>
        ControlClient.Get(Lab.ActiveProxy, "/status")!["backends"]!.AsArray()
            .Where(backend => (string)backend!["name"]! == SampleServices.BackendName(Topology.Find(Victim)))
            .Sum(backend => (int)backend!["flows"]!);
}
