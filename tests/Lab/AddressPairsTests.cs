using System.Security.Cryptography;
using Appliance.Cli.Clients;
using Appliance.Cli.Lab;
using Appliance.Cli.Services;

namespace Tests.Lab;

/// <summary>Each proxy is active for one group of addresses and stands by for the other; clients come over both at the same time.</summary>
public sealed class AddressPairsTests(LabFixture lab) : LabTest(lab)
{
    /// <summary>Early enough that neither download can have ended before the other one is there.</summary>
    private const double DeathAt = 0.1;

    /// <summary>Which of the two downloads is encrypted: in the gate one for each death.</summary>
    public static TheoryData<Dying, bool> Deaths => new(
        from how in (Dying[])[Dying.Unplug, Dying.Kill]
        from firstEncrypted in (bool[])[true, false]
        where LabFixture.IsLongForm || firstEncrypted == (how == Dying.Unplug)
        select (how, firstEncrypted));

    [Fact]
    public async Task EveryService_IsReachedOverEachAddress()
    {
        RestoreHomes();

        foreach (var (address, proxy) in Topology.AddressGroups.SelectMany(group => group.Pairs.Select(pair => (pair.VirtualAddress, group.Home))))
        {
            Assert.Equal(proxy, LabFixture.ActiveProxyFor(address));
            await GetEverythingAsync(address);
        }
    }

    [Theory]
    [MemberData(nameof(Deaths))]
    public async Task DownloadsOverBoth_OneProxyDies_TheOtherServesBoth(Dying how, bool firstEncrypted)
    {
        RestoreHomes();
        var (dying, surviving) = (Topology.AddressGroups[0].Home, Topology.AddressGroups[1].Home);

        await DownloadOverBothAsync(firstEncrypted, (_, _) => Failure.Apply(dying, how));
        // Of a dead spliced alone keepalived hears after two seconds.
        await LabFixture.Until(
            () => Topology.AddressPairs.All(pair => LabFixture.IsActive(surviving, pair.VirtualAddress)), TimeSpan.FromSeconds(10), "all addresses to move", Cancelled);
        await Lab.MendAsync(Cancelled);

        // Whichever proxies have them now, and when each is at home again.
        await GetEverythingOverAllAsync();
        RestoreHomes();
        await GetEverythingOverAllAsync();
    }

    [Theory]
    [MemberData(nameof(Deaths))]
    public async Task DownloadsOverBoth_TheirBackendDies_BothContinue(Dying how, bool firstEncrypted)
    {
        RestoreHomes();

        await DownloadOverBothAsync(firstEncrypted, (first, second) =>
        {
            var backend = Lab.BackendOf(first);
            Assert.Equal(backend, Lab.BackendOf(second));
            Failure.Apply(SampleServices.MachineOf(backend), how);
        });

        Assert.All(Topology.AddressGroups, group => Assert.Equal(group.Home, LabFixture.ActiveProxyFor(group.VirtualAddress)));
    }

    /// <summary>keepalived must not mistake it for a failure: each group goes, and comes back, by itself.</summary>
    [Fact]
    public async Task DownloadsOverBoth_OneGroupMovesAndReturns_BothContinue()
    {
        RestoreHomes();
        var (moving, staying) = (Topology.AddressGroups[0], Topology.AddressGroups[1]);

        await DownloadOverBothAsync(true, (_, _) =>
        {
            AddressHomes.Move(moving, Topology.Find(staying.Home));
            Assert.Equal(staying.Home, LabFixture.ActiveProxyFor(moving.VirtualAddress));
            Assert.Equal([moving], AddressHomes.Restore());
        });

        Assert.Equal(moving.Home, LabFixture.ActiveProxyFor(moving.VirtualAddress));
        Assert.Equal(staying.Home, LabFixture.ActiveProxyFor(staying.VirtualAddress));
    }

    private static void RestoreHomes()
    {
        foreach (var group in AddressHomes.Restore())
        {
            Say($"{group.VirtualAddress} has moved to {group.Home}");
        }
    }

    /// <param name="firstEncrypted">HTTPS over the first address and HTTP over the second, or the other way round.</param>
    /// <param name="happen">Called once both downloads are under way, with their clients.</param>
    private static async Task DownloadOverBothAsync(bool firstEncrypted, Action<string, string> happen)
    {
        var clients = new TaskCompletionSource<string>[] { new(TaskCreationOptions.RunContinuationsAsynchronously), new(TaskCreationOptions.RunContinuationsAsynchronously) };
        var happened = Task.Run(async () => happen(await clients[0].Task, await clients[1].Task), Cancelled);
        var results = await Task.WhenAll(Topology.AddressGroups.Select((group, i) => OfOneSession(group, firstEncrypted == (i == 0)).RunAsync(
            [
                (DeathAt, client =>
                {
                    clients[i].SetResult(client);
                    return happened;
                }
                ),
            ],
            Cancelled)));

        foreach (var (group, result) in Topology.AddressGroups.Zip(results))
        {
            Say($"{group.VirtualAddress}: pause {result.Pause.TotalMilliseconds:0} ms at {result.PauseAt}, {result.Duration.TotalSeconds:0.0} s");
        }
    }

    /// <summary>A session's flows are on one backend, whichever address and proxy they come over.</summary>
    private static DownloadStory OfOneSession(AddressGroup group, bool tls) =>
        DownloadStory.Sample() with { Address = group.VirtualAddress, Tls = tls, Fields = "Cookie: session=two-addresses\r\n" };

    private static async Task GetEverythingOverAllAsync()
    {
        foreach (var pair in Topology.AddressPairs)
        {
            await GetEverythingAsync(pair.VirtualAddress);
        }
    }

    private static async Task GetEverythingAsync(string address)
    {
        await GetAsync(address, tls: false, "files.lab", "/1k.bin", DemoFacts.FileSha256("/1k.bin"));
        foreach (var tls in (bool[])[false, true])
        {
            await GetAsync(address, tls, Topology.SampleHost, "/files/1k.bin", DemoFacts.FileSha256("/1k.bin"));
            await GetAsync(address, tls, Topology.WebmailHost, "/", null);
        }
    }

    private static async Task GetAsync(string address, bool tls, string host, string path, string? sha256)
    {
        using var connection = await HttpConnection.OpenAsync(tls, host, Cancelled, address);
        await connection.SendAsync($"GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n", Cancelled);
        var (head, body) = await connection.ReadAnswerAsync(Cancelled);

        Assert.Equal(200, head.Status);
        Assert.Equal(sha256 ?? Hash(body), Hash(body));
    }

    private static string Hash(byte[] body) => Convert.ToHexStringLower(SHA256.HashData(body));
}
