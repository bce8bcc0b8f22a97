using System.Diagnostics;
using Appliance.Cli.Lab;
using Appliance.Cli.Services;

namespace Tests.Lab.Crowds;

/// <summary>A backend dies that has very many flows: all of them continue.</summary>
public sealed class CrowdTests(LabFixture lab) : LabTest(lab)
{
    private const string Victim = "backend1";
    private const int FewBusy = 200;
    private const int ManyBusy = 5000;
    private const int OpenedAtOnce = 16;
    private const int FirstBytes = 10_000;

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
            await FillVictimAsync(readers, golden);
            var clients = readers.Select(reader => reader.Client).ToHashSet();
            Assert.Equal(clients.Count, OnVictim(clients));
            Failure.Apply(Victim, how);
            var clock = Stopwatch.StartNew();
            await LabFixture.Until(() => OnVictim(clients) == 0, MovedWithin, $"the last of {readers.Length} flows to leave {Victim}", Cancelled);
            Say($"{readers.Length} flows, {how}: the last one moved after {clock.ElapsedMilliseconds} ms");

            foreach (var some in readers.Chunk(OpenedAtOnce))
            {
                await Task.WhenAll(some.Select(reader => reader.TakeAsync(MoreBytes, golden, Cancelled)));
            }

            Say($"all went on, {clock.ElapsedMilliseconds} ms after the failure");
        }
        finally
        {
            foreach (var reader in readers)
            {
                reader?.Dispose();
            }
        }
    }

    /// <summary>New flows go to the victim alone while the others are drained.</summary>
    private static async Task FillVictimAsync(SlowReader[] readers, FileStream golden)
    {
        var others = Topology.Backends.Where(backend => backend.Name != Victim).ToList();
        others.ForEach(backend => Drain.Set(backend.Name, true));
        try
        {
            foreach (var places in Enumerable.Range(0, readers.Length).Chunk(OpenedAtOnce))
            {
                await Task.WhenAll(places.Select(async place =>
                {
                    readers[place] = await SlowReader.StartAsync("/files/100m.bin", Topology.SampleHost, Cancelled);
                    await readers[place].TakeAsync(FirstBytes, golden, Cancelled);
                }));
            }
        }
        finally
        {
            others.ForEach(backend => Drain.Set(backend.Name, false));
        }
    }

    /// <summary>Not counting an idle flow that another test left: such a one stays until its client speaks.</summary>
    private int OnVictim(HashSet<string> clients) =>
        ControlClient.Get(Lab.ActiveProxy, "/flows")!.AsArray()
            .Count(flow => SampleServices.MachineOf((string)flow!["backend"]!) == Victim && clients.Contains((string)flow["client"]!));
}
