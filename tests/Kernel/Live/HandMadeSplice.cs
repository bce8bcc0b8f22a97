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
    private readonly Socket _injector;
    private IPEndPoint? _client;

    public HandMadeSplice(Topology topology, byte[] request)
    {
        _topology = topology;
        _injector = topology.ProxySpace.Run(() => new Socket(AddressFamily.InterNetwork, SocketType.Raw, ProtocolType.Raw));
        using var frontListener = Topology.Listen(topology.ProxySpace, Topology.Virtual);
        using var backListener = Topology.Listen(topology.BackendSpace, Topology.Backend);
        Client = Topology.Connect(topology.ClientSpace, Topology.Virtual);
        var front = frontListener.Accept();
        var back = Topology.Connect(topology.ProxySpace, Topology.Backend, Topology.Inner);
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
        _topology.Program.Legs.Set(Wire.Leg(client, Topology.Virtual), new SpliceLeg { Slot = Slot, Direction = SpliceDirection.In });
        _topology.Program.Legs.Set(Wire.Leg(Topology.Backend, Topology.Inner), new SpliceLeg { Slot = Slot, Direction = SpliceDirection.Out });

        var clientLeg = new FrozenLeg(front);
        var backendLeg = new FrozenLeg(back);
        Flow.SeqDeltaIn = backendLeg.SendNext - clientLeg.ReceiveNext;
        Flow.SeqDeltaOut = clientLeg.SendNext - backendLeg.ReceiveNext;
        Flow.LoggedSeq = clientLeg.ReceiveNext;
        Flow.SentSeqEnd = clientLeg.SendNext;
        (Flow.ClientShift, Flow.VirtualShift) = (clientLeg.PeerShift, clientLeg.OwnShift);
        (Flow.BackendShift, Flow.InnerShift) = (backendLeg.PeerShift, backendLeg.OwnShift);
        _topology.Program.Events.Start(Take);
        clientLeg.CloseSilently();
        backendLeg.CloseSilently();
        Flow.State = SpliceState.Forward;
    }

    private void Describe(IPEndPoint client)
    {
        Flow.Flags = SpliceFlags.Sack;
        Flow.FrontIfindex = _topology.FrontIfindex;
        Flow.BackIfindex = _topology.BackIfindex;
        (Flow.ClientPort, Flow.VirtualPort) = (Wire.Port(client), Wire.Port(Topology.Virtual));
        (Flow.InnerPort, Flow.BackendPort) = (Wire.Port(Topology.Inner), Wire.Port(Topology.Backend));
        fixed (SpliceFlow* flow = &Flow)
        {
            Wire.Write(client, flow->ClientAddress);
            Wire.Write(Topology.Virtual, flow->VirtualAddress);
            Wire.Write(Topology.Inner, flow->InnerAddress);
            Wire.Write(Topology.Backend, flow->BackendAddress);
        }
    }

    // The input log by sequence range: what overlaps is known already, what leaves a gap comes again.
    private void Take(in SpliceEvent header, ReadOnlySpan<byte> payload)
    {
        if (header.Type == SpliceEventType.BackendFin)
            Flow.Flags |= SpliceFlags.FinReleased;
        var known = (int)(Flow.LoggedSeq - header.Seq);
        if (header.Type != SpliceEventType.ClientData || known < 0 || known >= payload.Length)
            return;
        _input.Write(payload[known..]);
        var logged = header.Seq + header.Length;
        var before = Flow.LoggedSeq;
        Volatile.Write(ref Flow.LoggedSeq, logged);
        Interlocked.MemoryBarrier();
        if ((int)(Flow.BackendAck - before) > 0)
            Acknowledge((int)(Flow.BackendAck - logged) < 0 ? Flow.BackendAck : logged);
    }

    // The backend acknowledged before the input was logged, so its own ACK was cut short; nothing else would repeat it.
    private void Acknowledge(uint ack)
    {
        var window = Math.Min((Flow.BackendAck + Flow.BackendWindow - ack) >> Flow.VirtualShift, ushort.MaxValue);
        var packet = new Packet(Topology.Virtual, _client!) { Seq = Flow.SentSeqEnd, AckNumber = ack, Window = (ushort)window };
        _injector.SendTo(packet.ToBytes().AsSpan(14), _client!);
    }
}
