using System.Diagnostics;
using System.Security.Cryptography;
using Appliance.Cli.Clients;
using Appliance.Cli.Lab;
using Appliance.Cli.Services;

namespace Tests.Lab.Networks;

/// <summary>
/// Clients without SACK, without window scaling, with small segments, behind paths that lose, reorder, repeat and delay: a
/// backend is killed in the middle, or the proxy is unplugged, and the bytes, the connection and its TLS session stay.
/// </summary>
public sealed class PathTests(LabFixture lab) : LabTest(lab)
{
    private const string File = "100m.bin";

    public enum Dies
    {
        Backend,
        Proxy,
    }

    /// <summary>The full form has all of them; the short form each kind of path once, alternating in direction and in who dies.</summary>
    public static TheoryData<string, bool, Dies> Combinations
    {
        get
        {
            var full = from kind in PathKind.All.Keys
                       from upload in new[] { false, true }
                       from dies in Enum.GetValues<Dies>()
                       select (kind, upload, dies);
            var few = PathKind.Short.Select((kind, number) => (kind, number % 2 == 1, (Dies)(number / 2 % 2)));
            return [.. LabFixture.IsLongForm ? full : few];
        }
    }

    [Theory]
    [MemberData(nameof(Combinations))]
    public async Task Exchange_SomethingDiesInTheMiddle_IsWholeOnTheSameConnection(string kind, bool upload, Dies dies)
    {
        var path = PathKind.All[kind];
        using var far = path.Start(seed: 1);
        using var capture = await SynCapture.StartAsync(Cancelled, from: far.Machine);
        using var connection = await HttpConnection.OpenTlsAsync(Topology.SampleHost, Cancelled, from: far.Machine);
        var clock = Stopwatch.StartNew();

        await (upload ? UploadAsync(connection, path.Bytes, dies) : DownloadAsync(connection, path.Bytes, dies));

        Say($"{clock.Elapsed.TotalSeconds:0.0} s for {path.Bytes >> 20} MiB");
        Assert.Equal(1, await capture.ConnectionsAsync(Cancelled));
    }

    /// <summary>Only the beginning of the file: all of it would take minutes on some paths.</summary>
    private async Task DownloadAsync(HttpConnection connection, int bytes, Dies dies)
    {
        await connection.SendAsync($"GET /files/{File} HTTP/1.1\r\nHost: {Topology.SampleHost}\r\n\r\n", Cancelled);
        Assert.Equal(200, (await connection.ReadHeadAsync(Cancelled)).Status);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await ReadAsync(connection, bytes / 2, hash);
        await DieAsync(connection.Client, dies);
        await ReadAsync(connection, bytes - bytes / 2, hash);

        Assert.Equal(await BeginningSha256Async(bytes), Convert.ToHexStringLower(hash.GetHashAndReset()));
        connection.Abort();
    }

    private async Task UploadAsync(HttpConnection connection, int length, Dies dies)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        var before = SampleUploads.Stored();
        await connection.SendAsync($"POST /uploads HTTP/1.1\r\nHost: {Topology.SampleHost}\r\nContent-Length: {length}\r\n\r\n", Cancelled);
        await connection.SendAsync(bytes.AsMemory(0, length / 2), Cancelled);
        await DieAsync(connection.Client, dies);
        await connection.SendAsync(bytes.AsMemory(length / 2), Cancelled);
        await SampleUploads.CheckAnswerAsync(connection, bytes, before, Cancelled);
    }

    private async Task DieAsync(string client, Dies dies)
    {
        // Until then no other machine has the flow, and nothing is promised.
        await LabFixture.Until(() => Lab.FlowOrNull(client) is not null, HttpConnection.SilenceMax, "the flow", Cancelled);
        if (dies is Dies.Backend)
        {
            Failure.Apply(SampleServices.MachineOf(Lab.BackendOf(client)), Dying.Kill);
        }
        else
        {
            Failure.Apply(Lab.ActiveProxy, Dying.Unplug);
        }
    }

    private static async Task ReadAsync(HttpConnection connection, int bytes, IncrementalHash hash)
    {
        var (clock, pause, pauseAt) = (Stopwatch.StartNew(), TimeSpan.Zero, 0);
        for (var left = bytes; left > 0;)
        {
            clock.Restart();
            var read = await connection.ReadBodyAsync(left, Cancelled);
            if (clock.Elapsed > pause)
            {
                (pause, pauseAt) = (clock.Elapsed, bytes - left);
            }

            hash.AppendData(read.Span);
            left -= read.Length;
        }

        Say($"longest pause {pause.TotalMilliseconds:0} ms at {pauseAt}");
    }

    private static async Task<string> BeginningSha256Async(int bytes)
    {
        var beginning = new byte[bytes];
        await using var file = System.IO.File.OpenRead(Path.Combine(FilesServices.Root, File));
        await file.ReadExactlyAsync(beginning, Cancelled);
        return Convert.ToHexStringLower(SHA256.HashData(beginning));
    }
}
