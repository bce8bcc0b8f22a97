using Appliance.Cli.Clients;
using Appliance.Cli.Lab;
using Appliance.Cli.Services;

namespace Tests.Lab.Networks;

/// <summary>
/// The packets of one flow arrive at both proxies in turn. The one that has the address carries the flow, the other one passes on
/// what it gets, from the first SYN on.
/// </summary>
public sealed class SprayedFlowTests(LabFixture lab) : LabTest(lab)
{
    private const int UploadBytes = 50 * 1024 * 1024;
    private const int ShortConnections = 20;

    /// <summary>More than lies in a record of a flow that has just been spliced, less than any part of what is carried here.</summary>
    private const int CarriedBytesMin = 1 << 20;

    private static readonly Dying?[] Deaths = [null, Dying.Kill, Dying.Unplug];

    /// <summary>By address, HTTP or HTTPS, and how the backend dies in the middle, if it does. In the gate each address and scheme meets
    /// one death.</summary>
    public static TheoryData<string, bool, Dying?> Cases
    {
        get
        {
            var ways = from address in Topology.AddressGroups[0].Pairs.Select(pair => pair.VirtualAddress)
                       from tls in (bool[])[false, true]
                       select (address, tls);
            return new(ways.SelectMany((way, number) => Deaths
                .Where((_, death) => LabFixture.IsLongForm || death == number % Deaths.Length)
                .Select(dying => (way.address, way.tls, dying))));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task NewConnections_AreAllAnswered(bool tls)
    {
        using var router = SprayingRouter.Start();

        foreach (var address in Topology.AddressPairs.Select(pair => pair.VirtualAddress).SelectMany(address => Enumerable.Repeat(address, ShortConnections)))
        {
            using var connection = await HttpConnection.OpenAsync(tls, Topology.SampleHost, Cancelled, address, router.Client);
            await connection.SendAsync($"GET /files/1k.bin HTTP/1.1\r\nHost: {Topology.SampleHost}\r\n\r\n", Cancelled);
            var (head, _) = await connection.ReadAnswerAsync(Cancelled);
            Assert.Equal(200, head.Status);
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Download_OverBothProxies_IsWhole(string address, bool tls, Dying? backendDies)
    {
        using var router = SprayingRouter.Start();
        var story = DownloadStory.Sample() with { Address = address, Tls = tls, From = router.Client };

        var result = await story.RunAsync([(0.3, client => MeanwhileAsync(client, address, "bytesOut", backendDies))], Cancelled);

        Say($"pause {result.Pause.TotalMilliseconds:0} ms at {result.PauseAt}, {result.Duration.TotalSeconds:0.0} s");
        CheckBothWays(router);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Upload_OverBothProxies_IsStoredWholeAndOnce(string address, bool tls, Dying? backendDies)
    {
        using var router = SprayingRouter.Start();
        var bytes = new byte[UploadBytes];
        new Random(address.Length).NextBytes(bytes);
        var before = SampleUploads.Stored();
        using var capture = await SynCapture.StartAsync(Cancelled, address, router.Client);
        using var connection = await HttpConnection.OpenAsync(tls, Topology.SampleHost, Cancelled, address, router.Client);
        var clock = System.Diagnostics.Stopwatch.StartNew();

        await connection.SendAsync($"POST /uploads HTTP/1.1\r\nHost: {Topology.SampleHost}\r\nContent-Length: {UploadBytes}\r\n\r\n", Cancelled);
        await connection.SendAsync(bytes.AsMemory(0, UploadBytes / 2), Cancelled);
        await MeanwhileAsync(connection.Client, address, "bytesIn", backendDies);
        await connection.SendAsync(bytes.AsMemory(UploadBytes / 2), Cancelled);
        await SampleUploads.CheckAnswerAsync(connection, bytes, before, Cancelled);

        Say($"{clock.Elapsed.TotalSeconds:0.0} s");
        Assert.Equal(1, await capture.ConnectionsAsync(Cancelled));
        CheckBothWays(router);
    }

    /// <summary>One proxy knows everything of the flow, the other one has translated nothing; then the backend dies.</summary>
    private Task MeanwhileAsync(string client, string address, string counter, Dying? backendDies)
    {
        foreach (var proxy in Topology.Proxies)
        {
            var isActive = LabFixture.IsActive(proxy.Name, address);
            Assert.Equal(isActive, (long)LabFixture.FlowOrNull(proxy.Name, client)![counter]! > CarriedBytesMin);
        }

        if (backendDies is { } how)
        {
            Failure.Apply(SampleServices.MachineOf(Lab.BackendOf(client)), how);
        }

        return Task.CompletedTask;
    }

    /// <summary>In turn, so as many over one as over the other.</summary>
    private static void CheckBothWays(SprayingRouter router)
    {
        var (first, second) = router.Packets();
        Say($"{first} packets over {Topology.Proxies.First().Name}, {second} over {Topology.Proxies.Last().Name}");
        Assert.True(first > 1000);
        Assert.InRange(first - second, -1, 1);
    }
}
