using System.Net;
using System.Net.Sockets;
using Splice.Wire.Abi;

namespace Tests.Kernel.Live;

/// <summary>One real connection, spliced by hand: what spliced does, without its store, its TLS and its haste.</summary>
internal sealed unsafe class HandMadeSplice : IDisposable
{
    private const uint Slot = 3;

    private readonly Topology _topology;
    private readonly MemoryStream _input = new();
    private readonly List<(uint Seq, byte[] Bytes)> _waiting = [];
    private readonly Socket _injector;
    private IPEndPoint? _client;

    public HandMadeSplice(Topology topology, byte[] request)
    {
        _topology = topology;
        _injector = topology.ProxySpace.Run(() => new Socket(topology.Virtual.AddressFamily, SocketType.Raw, ProtocolType.Raw));
        using var frontListener = Topology.Listen(topology.ProxySpace, _topology.Virtual);
        using var backListener = Topology.Listen(topology.BackendSpace, _topology.Backend);
        Client = Topology.Connect(topology.ClientSpace, _topology.Virtual);
        var front = frontListener.Accept();
        var back = Topology.Connect(topology.ProxySpace, _topology.Backend, _topology.Inner);
        Backend = backListener.Accept();
        Backend.ReceiveTimeout = Backend.SendTimeout = Client.ReceiveTimeout;

        Client.Send(request);
        var received = new byte[request.Length];
        for (var at = 0; at < received.Length;)
            at += front.Receive(received, at, received.Length - at, SocketFlags.None);
        back.Send(received);
        Splice(front, back);
    }

    public Socket Client { get; }
    public Socket Backend { get; }
    public byte[] Input => _input.ToArray();
    public long InputBytes => _input.Length;
    public ref SpliceFlow Flow => ref _topology.Program.Flows[Slot];

    /// <summary>Begins to log what the client sends; again after a restart.</summary>
    public void Log() => _topology.Program.Events.Start(Take);

    public void Dispose()
    {
        Client.Dispose();
        Backend.Dispose();
        _injector.Dispose();
    }

    private void Splice(Socket front, Socket back)
    {
        var client = _client = (IPEndPoint)front.RemoteEndPoint!;
        Describe(client);
        Flow.State = SpliceState.Held;
        _topology.Program.Legs.Set(MapEnds.Leg(client, _topology.Virtual), new SpliceLeg { Slot = Slot, Direction = SpliceDirection.In });
        _topology.Program.Legs.Set(MapEnds.Leg(_topology.Backend, _topology.Inner), new SpliceLeg { Slot = Slot, Direction = SpliceDirection.Out });

        var clientLeg = new FrozenLeg(front);
        var backendLeg = new FrozenLeg(back);
        Flow.SeqDeltaIn = backendLeg.SendNext - clientLeg.ReceiveNext;
        Flow.SeqDeltaOut = clientLeg.SendNext - backendLeg.ReceiveNext;
        Flow.LoggedSeq = clientLeg.ReceiveNext;
        Flow.SentSeqEnd = clientLeg.SendNext;
        (Flow.ClientShift, Flow.VirtualShift) = (clientLeg.PeerShift, clientLeg.OwnShift);
        (Flow.BackendShift, Flow.InnerShift) = (backendLeg.PeerShift, backendLeg.OwnShift);
        Log();
        clientLeg.CloseSilently();
        backendLeg.CloseSilently();
        Flow.State = SpliceState.Forward;
    }

    private void Describe(IPEndPoint client)
    {
        Flow.Flags = SpliceFlags.Sack;
        Flow.FrontIfindex = _topology.FrontIfindex;
        Flow.BackIfindex = _topology.BackIfindex;
        (Flow.ClientPort, Flow.VirtualPort) = (MapEnds.Port(client), MapEnds.Port(_topology.Virtual));
        (Flow.InnerPort, Flow.BackendPort) = (MapEnds.Port(_topology.Inner), MapEnds.Port(_topology.Backend));
        fixed (SpliceFlow* flow = &Flow)
        {
            MapEnds.Write(client, flow->ClientAddress);
            MapEnds.Write(_topology.Virtual, flow->VirtualAddress);
            MapEnds.Write(_topology.Inner, flow->InnerAddress);
            MapEnds.Write(_topology.Backend, flow->BackendAddress);
        }
    }

    // The input log by sequence range. What leaves a gap must wait here: the client has a SACK for it and sends only the gap.
    private void Take(in SpliceEvent header, ReadOnlySpan<byte> payload)
    {
        if (header.Type == SpliceEventType.BackendFin)
            Flow.Flags |= SpliceFlags.FinReleased;
        if (header.Type != SpliceEventType.ClientData)
            return;
        var before = Flow.LoggedSeq;
        _waiting.Add((header.Seq, payload.ToArray()));
        while (_waiting.FindIndex(segment => (int)(Flow.LoggedSeq - segment.Seq) >= 0) is >= 0 and var next)
        {
            var (seq, bytes) = _waiting[next];
            _waiting.RemoveAt(next);
            var known = (int)(Flow.LoggedSeq - seq);
            if (known >= bytes.Length)
                continue;
            _input.Write(bytes.AsSpan(known));
            Volatile.Write(ref Flow.LoggedSeq, seq + (uint)bytes.Length);
        }

        var logged = Flow.LoggedSeq;
        Interlocked.MemoryBarrier();
        if (logged != before && (int)(Flow.BackendAck - before) > 0)
            Acknowledge((int)(Flow.BackendAck - logged) < 0 ? Flow.BackendAck : logged);
    }

    // The backend acknowledged before the input was logged, so its own ACK was cut short; nothing else would repeat it.
    private void Acknowledge(uint ack)
    {
        var window = Math.Min((Flow.BackendAck + Flow.BackendWindow - ack) >> Flow.VirtualShift, ushort.MaxValue);
        var packet = new Packet(_topology.Virtual, _client!) { Seq = Flow.SentSeqEnd, AckNumber = ack, Window = (ushort)window };
        _injector.SendTo(packet.ToBytes().AsSpan(14), new IPEndPoint(_client!.Address, 0));
    }
}
