using System.Net;
using System.Net.Sockets;
using Appliance.Cli.Clients;
using Appliance.Cli.Lab;
using Appliance.Cli.Services;
using Tests.Lab.Crowds;

namespace Tests.Lab;

/// <summary>Above the limits new connections are refused at once and clearly; flows that stand go on as if nothing were.</summary>
public sealed class OverloadTests(LabFixture lab) : LabTest(lab)
{
    /// <summary>Connections that may wait for their first request (LimitsConfig.ConnectingMax of spliced).</summary>
    private const int Limit = 1024;

    [Fact]
    public async Task MoreConnectionsThanMayWait_NewOnesAreRefused_FlowsGoOn()
    {
        var story = DownloadStory.Sample();
        using var download = await Download.StartAsync(story.Path, story.Host, story.Fields, Cancelled, story.Tls);
        using var connection = await HttpConnection.OpenAsync(Cancelled);
        var account = await MailApi.AccountAsync(connection, MailUsers.Alice, Cancelled);
        var receiving = download.ReceiveAsync(Cancelled);
        var silent = new List<Socket>();
        try
        {
            await FillAsync(silent);
            using (var refused = await HttpConnection.OpenAsync(Cancelled))
            {
                Assert.Equal(503, (await refused.ReadHeadAsync(Cancelled)).Status);
            }

            await Assert.ThrowsAnyAsync<IOException>(() => HttpConnection.OpenTlsAsync(story.Host, Cancelled));
            Assert.Equal(account, await MailApi.AccountAsync(connection, MailUsers.Alice, Cancelled));
        }
        finally
        {
            silent.ForEach(socket => socket.Dispose());
        }

        await LabFixture.Until(() => Connecting() == 0, HttpConnection.SilenceMax, "the silent connections to be forgotten", Cancelled);
        using var admitted = await HttpConnection.OpenAsync(Cancelled);
        Assert.Equal(account, await MailApi.AccountAsync(admitted, MailUsers.Alice, Cancelled));
        Assert.Equal(story.Sha256, (await receiving).Sha256);
    }

    /// <summary>At its limit the runtime would die, and all flows of the process with it.</summary>
    [Fact]
    public async Task MoreFilesThanABackendMayOpen_NewConnectionsAreRefused_FlowsGoOn()
    {
        const int FilesMax = 2000;
        const int OpenedAtOnce = 8;
        var victim = Topology.Backends.First();
        var service = SampleServices.For(victim);
        var process = ServiceRunner.Pid(service);
        var others = Topology.Backends.Skip(1).ToList();
        var readers = new List<SlowReader>();
        await using var golden = File.OpenRead(Path.Combine(FilesServices.Root, "100m.bin"));
        var before = Shell.Run("prlimit", "--pid", $"{process}", "--nofile", "--output", "SOFT", "--noheadings").Trim();
        try
        {
            Shell.Run("prlimit", "--pid", $"{process}", $"--nofile={FilesMax}:");
            others.ForEach(backend => Drain.Set(backend.Name, true));
            for (var opened = OpenedAtOnce; opened == OpenedAtOnce;)
            {
                // Each is a socket and a file.
                Assert.InRange(readers.Count, 0, FilesMax / 2);
                var some = await Task.WhenAll(Enumerable.Range(0, OpenedAtOnce).Select(_ =>
                    SlowReader.TryStartAsync(0, "/files/100m.bin", Topology.SampleHost, Cancelled)));
                opened = some.Count(reader => reader is not null);
                readers.AddRange(some.OfType<SlowReader>());
            }

            Say($"refused after {readers.Count} downloads");
            others.ForEach(backend => Drain.Set(backend.Name, false));
            readers.Add(await SlowReader.StartAsync(0, "/files/100m.bin", Topology.SampleHost, Cancelled));
            foreach (var some in readers.Chunk(OpenedAtOnce))
            {
                await Task.WhenAll(some.Select(reader => reader.TakeAsync(8 * SlowReader.KernelBytes, golden, Cancelled)));
            }

            Assert.Equal(process, ServiceRunner.Pid(service));
        }
        finally
        {
            Shell.Try("prlimit", "--pid", $"{process}", $"--nofile={before}:");
            others.ForEach(backend => Drain.Set(backend.Name, false));
            readers.ForEach(reader => reader.Dispose());
        }
    }

    /// <summary>As many as may wait for their first request, and none of them says anything.</summary>
    private async Task FillAsync(List<Socket> silent)
    {
        for (var i = 0; i < Limit; i++)
        {
            var socket = LabSocket.Create(Topology.Find("client"));
            silent.Add(socket);
            await socket.ConnectAsync(IPAddress.Parse(Topology.VirtualAddress), 80, Cancelled);
        }

        await LabFixture.Until(() => Connecting() >= Limit, HttpConnection.SilenceMax, $"{Limit} connections that wait", Cancelled);
    }

    private int Connecting() => (int)ControlClient.Get(Lab.ActiveProxy, "/status")!["flows"]!["connecting"]!;
}
