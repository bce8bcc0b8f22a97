using System.Security.Cryptography;
using Appliance.Cli.Clients;
using Appliance.Cli.Lab;
using Appliance.Cli.Services;

namespace Tests.Lab.Networks;

/// <summary>What clients do with their connections: use a port again, end one direction early, stop reading for a while.</summary>
public sealed class ConnectionHabitTests(LabFixture lab) : LabTest(lab)
{
    private const int FileBytes = 100 << 20;
    private const string FileRequest = $"GET /files/100m.bin HTTP/1.1\r\nHost: {Topology.SampleHost}\r\nConnection: close\r\n\r\n";
    private const string SmallRequest = $"GET /files/1k.bin HTTP/1.1\r\nHost: {Topology.SampleHost}\r\n\r\n";

    /// <summary>Longer than what anything here is patient for: the persist timer's first rounds, ReplayTimeout, Kestrel's grace.</summary>
    private static TimeSpan Unread => TimeSpan.FromSeconds(LabFixture.Rounds(12, 200));

    /// <summary>Right after a reset, and with a flow that was left without a word: its reset is lost.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Port_UsedAgain_BeginsANewFlow(bool told)
    {
        const int Port = 34567;
        using (var first = await OpenFromAsync(Port))
        {
            await GetSmallAsync(first);
            if (told)
            {
                first.Abort();
            }
            else
            {
                Nft.Run(Topology.Find("client"), "add table inet port_again; add chain inet port_again out { type filter hook output priority 0; }; "
                    + $"add rule inet port_again out tcp sport {Port} tcp flags rst drop");
                first.Abort();
                Nft.Run(Topology.Find("client"), "delete table inet port_again");
                Assert.NotNull(Lab.FlowOrNull($"10.77.0.10:{Port}"));
            }
        }

        using var second = await OpenFromAsync(Port);
        await GetSmallAsync(second);
        await GetSmallAsync(second);
        // An orderly end would keep the port from this client for a minute (TIME-WAIT).
        second.Abort();
    }

    /// <summary>As a TLS client does that answers the server's last word with its own: the server has nobody any more who could hear it.</summary>
    [Fact]
    public async Task ClientSpeaksAfterTheEnd_LeavesNoFlow()
    {
        using var connection = await HttpConnection.OpenAsync(tls: false, Topology.SampleHost, Cancelled);
        await connection.SendAsync(SmallRequest.Replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n", StringComparison.Ordinal), Cancelled);
        var (head, _) = await connection.ReadAnswerAsync(Cancelled);
        Assert.Equal(200, head.Status);
        Assert.NotNull(Lab.FlowOrNull(connection.Client));
        await Assert.ThrowsAsync<BrokenConnectionException>(async () => await connection.ReadHeadAsync(Cancelled));

        await connection.SendAsync("late", Cancelled);

        await LabFixture.Until(() => Lab.FlowOrNull(connection.Client) is null, HttpConnection.SilenceMax, "the flow to be forgotten", Cancelled);
    }

    [Theory]
    [InlineData(null, false)]
    [InlineData(null, true)]
    [InlineData(Dying.Kill, false)]
    [InlineData(Dying.Kill, true)]
    [InlineData(Dying.Unplug, true)]
    public async Task ClientEndsItsDirection_GetsTheWholeAnswer(Dying? backendDies, bool tls)
    {
        using var connection = await HttpConnection.OpenAsync(tls, Topology.SampleHost, Cancelled);
        await connection.SendAsync(FileRequest, Cancelled);
        await connection.FinishSendingAsync();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await ReadAsync(connection, FileBytes / 4, hash, await HeadAsync(connection));
        if (backendDies is { } how)
        {
            Failure.Apply(SampleServices.MachineOf(Lab.BackendOf(connection.Client)), how);
        }

        await ReadAsync(connection, FileBytes - FileBytes / 4, hash, FileBytes);

        Assert.Equal(DemoFacts.FileSha256("/100m.bin"), Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    /// <summary>The client's FIN is acknowledged, so it is not sent again: who takes over must know of it, and tell the next backend.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ClientEndsItsDirection_ProxyAndThenBackendDie_GetsTheWholeAnswerAndTheEnd(bool tls)
    {
        using var connection = await HttpConnection.OpenAsync(tls, Topology.SampleHost, Cancelled);
        await connection.SendAsync(FileRequest, Cancelled);
        await connection.FinishSendingAsync();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await ReadAsync(connection, FileBytes / 4, hash, await HeadAsync(connection));
        Failure.Apply(Lab.ActiveProxy, Dying.Unplug);
        await ReadAsync(connection, FileBytes / 4, hash, FileBytes);
        Failure.Apply(SampleServices.MachineOf(Lab.BackendOf(connection.Client)), Dying.Kill);

        await ReadAsync(connection, FileBytes - FileBytes / 2, hash, FileBytes);

        Assert.Equal(DemoFacts.FileSha256("/100m.bin"), Convert.ToHexStringLower(hash.GetHashAndReset()));
        await Assert.ThrowsAsync<BrokenConnectionException>(async () => await connection.ReadHeadAsync(Cancelled));
        await LabFixture.Until(() => LabFixture.FlowOrNull(Lab.ActiveProxy, connection.Client) is null, HttpConnection.SilenceMax, "the flow to be forgotten", Cancelled);
    }

    /// <summary>The window closes; what dies, dies while it is closed, and the client reads on only much later.</summary>
    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task ClientStopsReading_ReadsOnMuchLater_GetsTheWholeAnswer(bool backendDies, bool proxyDies)
    {
        using var connection = await HttpConnection.OpenTlsAsync(Topology.SampleHost, Cancelled);
        await connection.SendAsync(FileRequest, Cancelled);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await ReadAsync(connection, FileBytes / 4, hash, await HeadAsync(connection));
        var silence = Task.Delay(Unread, Cancelled);
        if (backendDies)
        {
            Failure.Apply(SampleServices.MachineOf(Lab.BackendOf(connection.Client)), Dying.Kill);
        }

        if (proxyDies)
        {
            Failure.Apply(Lab.ActiveProxy, Dying.Unplug);
        }

        // Not to let anything settle: the silence itself is what is tried.
        await silence;
        await ReadAsync(connection, FileBytes - FileBytes / 4, hash, FileBytes);

        Assert.Equal(DemoFacts.FileSha256("/100m.bin"), Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    private static Task<HttpConnection> OpenFromAsync(int port) =>
        HttpConnection.OpenAsync(Topology.VirtualAddress, 80, Cancelled, fromPort: port);

    private static async Task GetSmallAsync(HttpConnection connection)
    {
        await connection.SendAsync(SmallRequest, Cancelled);
        var (head, body) = await connection.ReadAnswerAsync(Cancelled);
        Assert.Equal(200, head.Status);
        Assert.Equal(DemoFacts.FileSha256("/1k.bin"), Convert.ToHexStringLower(SHA256.HashData(body)));
    }

    private static async Task<long> HeadAsync(HttpConnection connection)
    {
        var head = await connection.ReadHeadAsync(Cancelled);
        Assert.Equal(200, head.Status);
        return head.BodyBytes;
    }

    private static async Task ReadAsync(HttpConnection connection, int bytes, IncrementalHash hash, long announced)
    {
        Assert.Equal(FileBytes, announced);
        for (var left = bytes; left > 0;)
        {
            var read = await connection.ReadBodyAsync(left, Cancelled);
            hash.AppendData(read.Span);
            left -= read.Length;
        }
    }
}
