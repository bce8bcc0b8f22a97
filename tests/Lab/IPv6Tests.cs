using System.Net;
using System.Net.Sockets;
using Appliance.Cli.Clients;
using Appliance.Cli.Lab;
using Appliance.Cli.Services;

namespace Tests.Lab;

/// <summary>A client that came over IPv6: whatever dies, its one connection goes on, over the IPv6 back network.</summary>
public sealed class IPv6Tests(LabFixture lab) : LabTest(lab)
{
    private const int UploadBytes = 20 * 1024 * 1024;

    public static TheoryData<string, Dying> Deaths => new(
        from part in (string[])["backend", "proxy"] from how in WaysOfDying select (part, how));

    [Theory]
    [MemberData(nameof(Deaths))]
    public async Task Download_SomethingDies_ContinuesOnTheSameConnection(string part, Dying how)
    {
        SkipWithoutIPv6();
        var story = (await DownloadStory.TlsAttachmentAsync(Cancelled)) with { Address = Topology.VirtualAddress6 };
        for (var round = 0; round < LabFixture.Rounds(1, 100); round++)
        {
            var result = await story.RunAsync(
                client =>
                {
                    Failure.Apply(part == "backend" ? Lab.BackendOf(client) : LabFixture.ActiveProxyFor(Topology.VirtualAddress6), how);
                    return Task.CompletedTask;
                },
                round + 1000 * (int)how,
                Cancelled);
            Say($"{part} {how} round {round}: pause {result.Pause.TotalMilliseconds:0} ms at {result.PauseAt}, {result.Duration.TotalSeconds:0.0} s");
            await Lab.MendAsync(Cancelled);
        }
    }

    [Theory]
    [InlineData(Dying.Kill)]
    [InlineData(Dying.Unplug)]
    public async Task PlainDownload_BackendDies_ContinuesOnTheSameConnection(Dying how)
    {
        SkipWithoutIPv6();
        var story = DownloadStory.File() with { Address = Topology.VirtualAddress6 };

        await story.RunAsync(
            client =>
            {
                Failure.Apply(Lab.BackendOf(client), how);
                return Task.CompletedTask;
            },
            (int)how,
            Cancelled);
    }

    [Theory]
    [InlineData(Dying.Kill)]
    [InlineData(Dying.Unplug)]
    public async Task Upload_BackendThenProxyDies_IsStoredWholeAndOnce(Dying how)
    {
        SkipWithoutIPv6();
        var bytes = new byte[UploadBytes];
        new Random((int)how).NextBytes(bytes);
        var before = SampleUploads.Stored();
        using var capture = await SynCapture.StartAsync(Cancelled, Topology.VirtualAddress6);
        using var connection = await HttpConnection.OpenTlsAsync(Topology.SampleHost, Cancelled, Topology.VirtualAddress6);

        await connection.SendAsync($"POST /uploads HTTP/1.1\r\nHost: {Topology.SampleHost}\r\nContent-Length: {UploadBytes}\r\n\r\n", Cancelled);
        await connection.SendAsync(bytes.AsMemory(0, UploadBytes / 3), Cancelled);
        Failure.Apply(SampleServices.MachineOf(Lab.BackendOf(connection.Client)), how);
        await connection.SendAsync(bytes.AsMemory(UploadBytes / 3, UploadBytes / 3), Cancelled);
        await Lab.MendAsync(Cancelled);
        Failure.Apply(LabFixture.ActiveProxyFor(Topology.VirtualAddress6), how);
        await connection.SendAsync(bytes.AsMemory(UploadBytes / 3 * 2), Cancelled);
        await SampleUploads.CheckAnswerAsync(connection, bytes, before, Cancelled);

        Assert.Equal(1, await capture.ConnectionsAsync(Cancelled));
    }

    /// <summary>keepalived moves the addresses of both families together.</summary>
    [Fact]
    public async Task Takeover_MovesBothFamilies()
    {
        SkipWithoutIPv6();
        var proxy = Lab.ActiveProxy;
        Assert.Equal(proxy, LabFixture.ActiveProxyFor(Topology.VirtualAddress6));

        Failure.Apply(proxy, Dying.Unplug);

        var peer = Topology.Proxies.Single(machine => machine.Name != proxy).Name;
        await LabFixture.Until(
            () => Topology.AddressPairs.All(pair => LabFixture.IsActive(peer, pair.VirtualAddress)), TimeSpan.FromSeconds(10), "all addresses to move", Cancelled);
    }

    [Fact]
    public async Task Request_ForTheAddressItself_IsAnsweredOverHttps()
    {
        SkipWithoutIPv6();
        using var connection = await HttpConnection.OpenTlsAsync(Topology.VirtualAddress6, Cancelled, Topology.VirtualAddress6);
        await connection.SendAsync($"GET / HTTP/1.1\r\nHost: [{Topology.VirtualAddress6}]\r\n\r\n", Cancelled);
        var (head, _) = await connection.ReadAnswerAsync(Cancelled);

        Assert.Equal(200, head.Status);
        Assert.Equal(AddressFamily.InterNetworkV6, IPEndPoint.Parse(connection.Client).AddressFamily);
    }

    private static void SkipWithoutIPv6() => Assert.SkipUnless(Topology.HasIPv6, "this kernel has no IPv6");
}
