using System.Security.Cryptography;
using Appliance.Cli.Clients;
using Appliance.Cli.Lab;
using Appliance.Cli.Services;

namespace Tests.Lab;

/// <summary>
/// Every proxy and every backend is drained, replaced and taken back in turn while people click, download and upload: no
/// request fails, no connection is opened anew. In the long form the sample becomes another build, which cannot continue what the
/// old one has begun: its requests end where they began.
/// </summary>
public sealed class RollingUpgradeTests(LabFixture lab) : LabTest(lab)
{
    private const int UploadBytes = 2 << 20;
    private static readonly TimeSpan ThinkTime = TimeSpan.FromMilliseconds(400);
    private static readonly TimeSpan LeavesWithin = TimeSpan.FromMinutes(2);
    private int _requests;

    [Fact]
    public async Task EverythingIsReplaced_UnderLoad_NobodyNotices()
    {
        var clients = LabFixture.Rounds(20, 200);
        var next = LabFixture.IsLongForm ? Builder.BuildNextSample() : LabPaths.App(SampleServices.Name);
        using var finished = new CancellationTokenSource();
        var load = Enumerable.Range(0, clients).Select(client => (client % 20) switch
        {
            0 => RepeatAsync(DownloadAsync, tls: client % 40 == 0, finished.Token),
            1 => RepeatAsync(UploadAsync, tls: client % 40 == 1, finished.Token),
            _ => RepeatAsync(ClickAsync, tls: client % 2 == 0, finished.Token),
        }).ToList();

        foreach (var proxy in Topology.Proxies.OrderBy(proxy => LabFixture.IsActive(proxy.Name)))
        {
            var program = ProgramOf(proxy);
            await ReplaceAsync(proxy, [AllServices.Find($"{proxy.Name}/spliced")], load);
            Assert.NotEqual(program, ProgramOf(proxy));
        }

        foreach (var backend in Topology.Backends)
        {
            await ReplaceAsync(backend, [AllServices.Find($"{backend.Name}/webmail"), SampleOf(backend, next)], load);
        }

        Assert.All(Topology.Proxies, proxy => Assert.True(ControlClient.Post(proxy.Name, "/certificates/reload")));
        await finished.CancelAsync();
        await Task.WhenAll(load);
        if (LabFixture.IsLongForm)
        {
            foreach (var backend in Topology.Backends)
            {
                await ReplaceAsync(backend, [AllServices.Find($"{backend.Name}/{SampleServices.Name}")], load);
            }
        }

        Say($"{clients} clients, {_requests} requests");
        Assert.True(_requests > clients);
    }

    /// <summary>Drains a machine, starts its services anew, and waits until all is well again.</summary>
    private async Task ReplaceAsync(Machine machine, IReadOnlyList<Service> services, IReadOnlyList<Task> load)
    {
        Drain.Set(machine.Name, true);
        try
        {
            if (LabFixture.IsLongForm && !machine.IsProxy)
            {
                await LabFixture.Until(() => !HasSampleFlows(machine), LeavesWithin, $"the flows to leave {machine.Name}", Cancelled);
            }

            foreach (var service in services)
            {
                ServiceRunner.Stop(service);
                ServiceRunner.Start(service);
                Assert.True(ServiceRunner.AwaitReady(service));
            }

            await Lab.MendAsync(Cancelled);
        }
        finally
        {
            Drain.Set(machine.Name, false);
        }

        // A client that failed says so now, beside what was done to it.
        foreach (var failed in load.Where(client => client.IsFaulted))
        {
            await failed;
        }
    }

    private static Service SampleOf(Machine machine, string folder)
    {
        var service = AllServices.Find($"{machine.Name}/{SampleServices.Name}");
        return service with { Command = [Path.Combine(folder, Path.GetFileName(service.Command[0])), .. service.Command.Skip(1)] };
    }

    private static bool HasSampleFlows(Machine machine) => Topology.Proxies.Any(proxy =>
        ControlClient.Get(proxy.Name, "/flows")!.AsArray().Any(flow => (string)flow!["backend"]! == SampleServices.BackendName(machine) && (string)flow["state"]! != "orphaned"));

    /// <summary>The kernel program that looks at what comes from clients, as the kernel numbers it.</summary>
    private static string ProgramOf(Machine proxy) =>
        Shell.Run("nsenter", $"--net={proxy.NamespacePath}", "tc", "filter", "show", "dev", "front", "ingress");

    /// <summary>On one connection to the end: if it breaks, so does the test.</summary>
    private async Task RepeatAsync(Func<HttpConnection, Task> request, bool tls, CancellationToken finished)
    {
        using var connection = await HttpConnection.OpenAsync(tls, Topology.SampleHost, Cancelled);
        while (!finished.IsCancellationRequested)
        {
            await request(connection);
            Interlocked.Increment(ref _requests);
            await Task.Delay(ThinkTime, CancellationToken.None);
        }
    }

    private static async Task ClickAsync(HttpConnection connection)
    {
        await connection.SendAsync(Request("GET /files/1k.bin"), Cancelled);
        await CheckAsync(connection, DemoFacts.FileSha256("/1k.bin"));
    }

    private static async Task DownloadAsync(HttpConnection connection)
    {
        await connection.SendAsync(Request("GET /files/100m.bin"), Cancelled);
        await CheckAsync(connection, DemoFacts.FileSha256("/100m.bin"));
    }

    private static async Task UploadAsync(HttpConnection connection)
    {
        var bytes = RandomNumberGenerator.GetBytes(UploadBytes);
        await connection.SendAsync(Request("POST /uploads", $"Content-Length: {bytes.Length}\r\n"), Cancelled);
        await connection.SendAsync(bytes, Cancelled);
        var (head, body) = await connection.ReadAnswerAsync(Cancelled);
        Assert.Equal(200, head.Status);
        var answer = System.Text.Encoding.ASCII.GetString(body).Trim().Split(' ');
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(bytes)), answer[1]);
        File.Delete(Path.Combine(SampleServices.UploadsFolder, answer[0]));
    }

    private static async Task CheckAsync(HttpConnection connection, string sha256)
    {
        var (head, body) = await connection.ReadAnswerAsync(Cancelled);
        Assert.Equal(200, head.Status);
        Assert.Equal(sha256, Convert.ToHexStringLower(SHA256.HashData(body)));
    }

    private static string Request(string line, string fields = "") => $"{line} HTTP/1.1\r\nHost: {Topology.SampleHost}\r\n{fields}\r\n";
}
