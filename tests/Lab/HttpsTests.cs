using Appliance.Cli.Clients;
using Appliance.Cli.Lab;
using Appliance.Cli.Services;

namespace Tests.Lab;

/// <summary>Over TLS: whatever dies, the same connection and the same TLS session go on, and nothing but ciphertext is on the inner network.</summary>
public sealed class HttpsTests(LabFixture lab) : LabTest(lab)
{
    private const string Host = "webmail.lab";

    public static TheoryData<string, Dying> Deaths => new(
        from part in (string[])["backend", "proxy"] from how in WaysOfDying select (part, how));

    [Theory]
    [MemberData(nameof(Deaths))]
    public async Task Download_SomethingDies_ContinuesTheTlsSession(string part, Dying how)
    {
        var story = await DownloadStory.TlsAttachmentAsync(Cancelled);
        for (var round = 0; round < LabFixture.Rounds(1, 100); round++)
        {
            var result = await story.RunAsync(
                client =>
                {
                    Failure.Apply(part == "backend" ? Lab.BackendOf(client) : Lab.ActiveProxy, how);
                    return Task.CompletedTask;
                },
                round + 1000 * (int)how,
                Cancelled);
            Say($"{part} {how} round {round}: pause {result.Pause.TotalMilliseconds:0} ms at {result.PauseAt}, {result.Duration.TotalSeconds:0.0} s");
            await Lab.MendAsync(Cancelled);
        }
    }

    [Fact]
    public async Task Answer_OverTls_KeepsTheBrowserOnHttps()
    {
        using var connection = await HttpConnection.OpenTlsAsync(Host, Cancelled);
        await connection.SendAsync($"GET / HTTP/1.1\r\nHost: {Host}\r\n\r\n", Cancelled);
        var (head, _) = await connection.ReadAnswerAsync(Cancelled);

        Assert.Equal(200, head.Status);
        Assert.Contains(head.Fields["strict-transport-security"], value => value.StartsWith("max-age=", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Client_ComesBackToAnotherProxy_ResumesItsSession()
    {
        var session = Path.GetTempFileName();
        try
        {
            var first = Visit($"-sess_out {session}");
            Assert.Contains("New, TLSv1.3", first, StringComparison.Ordinal);
            Assert.Contains("HTTP/1.1 200", first, StringComparison.Ordinal);
            Assert.True(new FileInfo(session).Length > 0, $"no ticket came:\n{first}");

            var proxy = Lab.ActiveProxy;
            Failure.Apply(proxy, Dying.Unplug);
            await LabFixture.Until(
                () => Topology.Proxies.Any(other => other.Name != proxy && LabFixture.IsActive(other.Name)), HttpConnection.SilenceMax, "the other proxy to take over", Cancelled);

            var second = Visit($"-sess_in {session}");
            Assert.Contains("Reused, TLSv1.3", second, StringComparison.Ordinal);
            Assert.Contains("HTTP/1.1 200", second, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(session);
        }
    }

    [Fact]
    public async Task PlainRequest_OfAnotherHost_IsSentToHttps()
    {
        using var connection = await HttpConnection.OpenAsync(Cancelled);
        await connection.SendAsync($"GET /mail?a=b HTTP/1.1\r\nHost: {Topology.VirtualAddress}\r\n\r\n", Cancelled);
        var (head, _) = await connection.ReadAnswerAsync(Cancelled);

        Assert.Equal(308, head.Status);
        Assert.Equal($"https://{Topology.VirtualAddress}/mail?a=b", Assert.Single(head.Fields["location"]));
    }

    [Fact]
    public async Task InnerNetwork_CarriesNothingReadable()
    {
        var secret = $"readable-{Guid.NewGuid():N}";
        using var capture = await InnerCapture.StartAsync(Cancelled);
        using (var connection = await HttpConnection.OpenTlsAsync(Host, Cancelled))
        {
            await connection.SendAsync($"GET /{secret} HTTP/1.1\r\nHost: {Host}\r\nCookie: {secret}\r\n\r\n", Cancelled);
            await connection.ReadAnswerAsync(Cancelled);
        }

        using (var connection = await HttpConnection.OpenAsync(Cancelled))
        {
            await connection.SendAsync($"GET /plain-{secret} HTTP/1.1\r\nHost: {Host}\r\n\r\n", Cancelled);
            await connection.ReadAnswerAsync(Cancelled);
        }

        var seen = await capture.StopAfterAsync($"plain-{secret}", Cancelled);
        Assert.Equal(seen.Split($"plain-{secret}").Length, seen.Split(secret).Length);
    }

    /// <summary>A connection of OpenSSL's own client, which says whether it resumed a session. To a name that has a certificate of its own.</summary>
    private static string Visit(string options) => Shell.Run(
        "nsenter", $"--net={Topology.Find("client").NamespacePath}", "sh", "-c",
        $"printf 'GET /files/1k.bin HTTP/1.1\\r\\nHost: {Topology.SampleHost}\\r\\nConnection: close\\r\\n\\r\\n' | timeout 20 openssl s_client -ign_eof -connect {Topology.VirtualAddress}:443 -servername {Topology.SampleHost} {options} 2>&1");
}
