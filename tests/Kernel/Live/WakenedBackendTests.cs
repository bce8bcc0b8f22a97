using System.Net;
using System.Net.Sockets;
using Splice.Daemon.Flows;
using Splice.Daemon.Injection;
using Splice.Daemon.Splicing;
using Splice.Daemon.Takeover;
using Splice.Wire;

namespace Tests.Kernel.Live;

/// <summary>
/// What Linux does in the place of the backend when a new proxy tells it that all but the end of its answer is lost. Its own
/// timer takes no part: the route forbids it for longer than the test lasts.
/// </summary>
public sealed class WakenedBackendTests : IDisposable
{
    private const int SegmentBytes = 1000;
    private const int AnswerBytes = 200_000;
    private const int TcpMaxSegment = 2, TcpInfo = 11;
    private const int UnackedOffset = 24; // in struct tcp_info
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private readonly NetworkNamespace _namespace = new("w");
    private readonly KernelMemory _memory = new();

    public WakenedBackendTests()
    {
        _namespace.Ip("route replace local 127.0.0.1 dev lo table local rto_min 60s");
        // Nor does the probe that it sends before (RFC 8985 §7).
        _namespace.Sysctl("net.ipv4.tcp_early_retrans=0");
    }

    public void Dispose()
    {
        _memory.Dispose();
        _namespace.Dispose();
    }

    [Fact]
    public void AnswerIsLost_IsRepeatedAtOnce_TheEndThatWasSaidToHaveArrivedToo() => _namespace.Run(() =>
    {
        using var injector = new PacketInjector();
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveTimeout = (int)Patience.TotalMilliseconds };
        using var backend = Connect(client);
        var answer = new byte[AnswerBytes];
        Random.Shared.NextBytes(answer);
        client.DropWhatArrives();
        Assert.Equal(AnswerBytes, backend.Send(answer));
        client.DropNoLonger();
        var flow = Splice(backend, client);

        var waking = new FlowWakener(_memory.Flows, new FlowInjector(_memory.Flows, injector), TimeProvider.System).WakeAsync([flow]);
        (_memory.Flows[0].ClientSeenNs, _memory.Flows[0].BackendSeenNs) = (1, 1);

        Assert.Equal(answer, Receive(client));
        return waking;
    });

    private static Socket Connect(Socket client)
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        client.SetRawSocketOption((int)SocketOptionLevel.Tcp, TcpMaxSegment, BitConverter.GetBytes(SegmentBytes));
        client.Connect(listener.LocalEndPoint!);
        var backend = listener.Accept();
        backend.SendBufferSize = AnswerBytes;
        return backend;
    }

    /// <summary>The client's socket is the other end of the backend's leg, too: numbers are the same on both sides.</summary>
    private Flow Splice(Socket backend, Socket client)
    {
        var leg = new LegSocket(client);
        leg.Freeze();
        var (sent, received, _) = leg.ReadNumbers();
        leg.Thaw();
        var info = new byte[UnackedOffset + sizeof(uint)];
        backend.GetRawSocketOption((int)SocketOptionLevel.Tcp, TcpInfo, info);
        var missing = BitConverter.ToUInt32(info, UnackedOffset) * new LegSocket(backend).ReadInfo().SegmentBytes;
        var clientEnd = FlowEnd.From((IPEndPoint)client.LocalEndPoint!);
        var backendEnd = FlowEnd.From((IPEndPoint)backend.LocalEndPoint!);
        var record = new FlowRecord
        {
            Id = FlowId.NewRandom(),
            Fence = 1,
            Proxy = "proxy",
            Backend = "backend",
            Kind = BackendKind.Hooks,
            Host = "localhost",
            Client = clientEnd,
            Virtual = backendEnd,
            Inner = clientEnd,
            BackendEnd = backendEnd,
            ClientSeq = sent,
            InnerSeq = sent,
            VirtualSeq = received,
            BackendSeq = received,
            BackendOutputStart = 0,
            LoggedOffset = 0,
            ClientShift = 0,
            VirtualShift = 0,
            InnerShift = 0,
            BackendShift = 0,
            ClientMss = SegmentBytes,
            Sack = true,
            AcceptedAt = 0,
        };
        _memory.Flows.Install(0, record, new FlowStart());
        ref var slot = ref _memory.Flows[0];
        (slot.ClientAck, slot.SentSeqEnd, slot.BackendAck, slot.ClientWindow) = (received, received + missing, sent, ushort.MaxValue);
        return new Flow(record, 0, 0);
    }

    private static byte[] Receive(Socket client)
    {
        var answer = new byte[AnswerBytes];
        for (var read = 0; read < AnswerBytes;)
        {
            read += client.Receive(answer.AsSpan(read));
        }

        return answer;
    }
}
