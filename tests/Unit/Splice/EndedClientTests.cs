using System.Net;
using System.Net.Sockets;
using Splice.Daemon.Flows;
using Splice.Daemon.Splicing;
using Splice.Wire;
using Tests.Support;

namespace Tests.Unit.Splice;

/// <summary>A client that has ended its direction before the splice stands is spliced too, and its FIN counts as logged.</summary>
public sealed class EndedClientTests : IDisposable
{
    private readonly KernelMemory _memory = new();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Leg_ClientShutsDownOrResets_SendsOnlyIfTheClientListens(bool resets)
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(1);
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(listener.LocalEndPoint!, TestContext.Current.CancellationToken);
        using var leg = new LegSocket(await listener.AcceptAsync(TestContext.Current.CancellationToken));

        await EndAsync(client, leg.Socket, resets);

        Assert.Equal((false, !resets, !resets), (leg.ReadInfo().Established, leg.ReadInfo().PeerEnded, leg.ReadInfo().Sends));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Slot_ClientEnded_HasTheFinLoggedBehindTheInput(bool ended)
    {
        const uint Length = 700;
        var record = StorePair.Record(FlowId.NewRandom(), 1);

        _memory.Flows.Install(0, record, new FlowStart
        {
            LoggedOffset = Length,
            FedOffset = Length,
            ClientSeqEnd = record.InSeq(Length) + (ended ? 1u : 0),
            ClientEnded = ended,
        });

        Assert.Equal(ended ? record.InSeq(Length) : null, _memory.Flows.ClientFinSeq(0));
        Assert.Equal(record.InSeq(Length) + (ended ? 1u : 0), _memory.Flows[0].LoggedSeq);
        Assert.Equal(record.InSeq(Length), _memory.Flows[0].BackendAck);
    }

    public void Dispose() => _memory.Dispose();

    /// <summary>Until the other end has seen it.</summary>
    private static async Task EndAsync(Socket client, Socket other, bool resets)
    {
        if (resets)
        {
            client.LingerState = new LingerOption(true, 0);
            client.Dispose();
            await Assert.ThrowsAsync<SocketException>(async () => await other.ReceiveAsync(new byte[1], TestContext.Current.CancellationToken));
        }
        else
        {
            client.Shutdown(SocketShutdown.Send);
            Assert.Equal(0, await other.ReceiveAsync(new byte[1], TestContext.Current.CancellationToken));
        }
    }
}
