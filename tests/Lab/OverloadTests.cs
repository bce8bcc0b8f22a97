using System.Net;
using System.Net.Sockets;
using Appliance.Cli.Clients;
using Appliance.Cli.Lab;
using Appliance.Cli.Services;

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
