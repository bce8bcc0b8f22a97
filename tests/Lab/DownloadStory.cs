using Appliance.Cli.Clients;
using Appliance.Cli.Lab;
using Appliance.Cli.Services;

namespace Tests.Lab;

/// <summary>A download during which something dies: same content, same connection.</summary>
internal sealed record DownloadStory(string Path, string Host, string Fields, long Bytes, string Sha256, bool Tls = false)
{
    /// <summary>100 MB out of a message.</summary>
    public static Task<DownloadStory> AttachmentAsync(CancellationToken cancellationToken) => AttachmentAsync("big-100mb.bin", tls: false, cancellationToken);

    /// <summary>The same over TLS; in the short form, which has many of them, a quarter of it.</summary>
    public static Task<DownloadStory> TlsAttachmentAsync(CancellationToken cancellationToken) =>
        AttachmentAsync(LabFixture.IsLongForm ? "big-100mb.bin" : "big-25mb.bin", tls: true, cancellationToken);

    /// <summary>The virtual address that the client uses.</summary>
    public string Address { get; init; } = Topology.VirtualAddress;

    /// <summary>The client's machine; the lab's own if null.</summary>
    public Machine? From { get; init; }

    /// <summary>A gigabyte over HTTPS from the sample, whose backends have hooks.</summary>
    public static DownloadStory Sample() =>
        new("/files/1g.bin", Topology.SampleHost, "", 1L << 30, DemoFacts.FileSha256("/1g.bin"), Tls: true);

    public static DownloadStory File() => new("/1g.bin", "files.lab", "", 1L << 30, DemoFacts.FileSha256("/1g.bin"));

    private static async Task<DownloadStory> AttachmentAsync(string name, bool tls, CancellationToken cancellationToken)
    {
        var (bytes, sha256) = DemoFacts.Attachment(name);
        var path = await MailApi.AttachmentPathAsync(MailUsers.Alice, name, cancellationToken);
        return new DownloadStory(path, "webmail.lab", MailApi.Credentials(MailUsers.Alice), bytes, sha256, tls);
    }

    /// <summary>Starts, lets something die at a random byte, and checks everything.</summary>
    /// <param name="die">Is told the client's address.</param>
    /// <param name="seed">Chooses the byte; printed by the caller.</param>
    /// <param name="cancellationToken">Ends the test.</param>
    public Task<DownloadResult> RunAsync(Func<string, Task> die, int seed, CancellationToken cancellationToken) =>
        RunAsync([(new Random(seed).NextDouble() * 0.9, die)], cancellationToken);

    /// <summary>Starts, lets one thing after the other die, and checks everything.</summary>
    /// <param name="deaths">Where in the body, as a part of it, and what; told the client's address.</param>
    /// <param name="cancellationToken">Ends the test.</param>
    public async Task<DownloadResult> RunAsync(IReadOnlyList<(double At, Func<string, Task> Die)> deaths, CancellationToken cancellationToken)
    {
        using var capture = await SynCapture.StartAsync(cancellationToken, Address, From);
        using var download = await Download.StartAsync(Path, Host, Fields, cancellationToken, Tls, Address, From);
        var receiving = download.ReceiveAsync(cancellationToken);
        foreach (var (part, die) in deaths)
        {
            var at = (long)(Bytes * part);
            await LabFixture.Until(() => download.Bytes >= at || receiving.IsCompleted, HttpConnection.SilenceMax, $"byte {at}", cancellationToken);
            await die(download.Client);
        }

        var result = await receiving;

        Assert.Equal(200, result.Status);
        Assert.Equal(Bytes, result.Bytes);
        Assert.Equal(Sha256, result.Sha256);
        Assert.Equal(1, await capture.ConnectionsAsync(cancellationToken));
        return result;
    }
}
