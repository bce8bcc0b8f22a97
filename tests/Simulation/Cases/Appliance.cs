using System.Net;
using Splice.Daemon.Accept;
using Splice.Daemon.Configuration;
using Splice.Store;
using Splice.Wire;
using Tests.Simulation.Backends;
using Tests.Simulation.Clients;
using Tests.Simulation.Engine;
using Tests.Simulation.Network;
using Tests.Simulation.Proxies;
using Tests.Simulation.Stores;

namespace Tests.Simulation.Cases;

/// <summary>Two proxies with a store node each, three backends and some clients, in one world.</summary>
internal sealed class Appliance
{
    private const int BackendsCount = 3;

    /// <summary>Longer than any client here is silent, and short enough to wait for: what remains of a flow whose end nobody saw.</summary>
    private static readonly TimeSpan IdleTimeout = TimeSpan.FromSeconds(20);
    public static readonly TimeSpan OrphanTimeout = TimeSpan.FromSeconds(15);
    public static readonly byte[] ClusterKey = [.. Enumerable.Range(1, 32).Select(i => (byte)i)];
    public static readonly AddressPair Pair = new(IPAddress.Parse("10.77.0.100"), IPAddress.Parse("10.78.0.100"));
    private readonly Machine _clientMachine = new("client");
    private long _disturbedNs;

    public Appliance(World world, Workload workload, int clients, Verdict verdict)
    {
        (World, Verdict, Wires, Checks) = (world, verdict, new Wires(world), new Checks(this));
        _disturbedNs = world.NowNs;
        StoreNodes = [.. Enumerable.Range(1, 2).Select(i => new StoreNode($"proxy{i}", IPEndPoint.Parse($"10.78.0.1{i}:6379")))];
        var fences = new FenceWatch(verdict.Fail, () => MayLoseInput);
        StoreServer[] stores = [.. StoreNodes.Select(node => new StoreServer(world, new Machine(node.Name), node, fences))];
        Stores = stores;
        Backends = [.. Enumerable.Range(1, BackendsCount).Select(i =>
            new BackendMachine(this, new Machine($"backend{i}"), FlowEnd.From(IPEndPoint.Parse($"10.78.0.2{i}:8080"))))];
        Proxies = [new ProxyMachine(this, 0, stores[0]), new ProxyMachine(this, 1, stores[1])];
        Owner = Proxies[0];
        Clients = [.. Enumerable.Range(0, clients).Select(i => new Client(this, workload, _clientMachine, i))];
    }

    public World World { get; }

    public Wires Wires { get; }

    public Verdict Verdict { get; }

    public Checks Checks { get; }

    public Outbox Outbox { get; } = new();

    public IReadOnlyList<StoreNode> StoreNodes { get; }

    public IReadOnlyList<StoreServer> Stores { get; }

    public IReadOnlyList<BackendMachine> Backends { get; }

    public IReadOnlyList<ProxyMachine> Proxies { get; } = [];

    public IReadOnlyList<Client> Clients { get; } = [];

    public FlowEnd Virtual { get; } = FlowEnd.From(new IPEndPoint(Pair.Virtual, 80));

    /// <summary>The proxy machine to which both floating addresses lead.</summary>
    public ProxyMachine Owner { get; private set; }

    public ProxyMachine Standby => Proxies.First(proxy => proxy != Owner);

    /// <summary>True if more fails than is promised to be survived: input may be acknowledged that no node has.</summary>
    public bool MayLoseInput { get; set; }

    /// <summary>Since the last thing that failed, returned or moved.</summary>
    public TimeSpan Quiet => TimeSpan.FromTicks((World.NowNs - _disturbedNs) / 100);

    public void Disturb(string what)
    {
        _disturbedNs = World.NowNs;
        World.Trace.Add(World.NowNs, "fault", what);
    }

    public SplicedConfig ConfigOf(Machine machine)
    {
        var first = (ushort)(machine.Name == StoreNodes[0].Name ? 20_000 : 30_000);
        return new SplicedConfig
        {
            Name = machine.Name,
            AddressPairs = [Pair],
            Port = 80,
            FrontDevice = "front",
            BackDevice = "back",
            InnerPortFirst = first,
            InnerPortLast = (ushort)(first + 200),
            HeartbeatListen = new IPEndPoint(IPAddress.Loopback, 1),
            ClusterKey = ClusterKey,
            Stores = StoreNodes,
            Pools = [new PoolConfig("webmail", BackendKind.Hooks, ["*"])],
            Backends = [.. Backends.Select(backend => new BackendConfig(backend.Machine.Name, "webmail", backend.End.ToEndPoint()))],
            KernelObject = "",
            PinPath = "",
            ControlSocket = "",
            FlowsMax = (int)SlotMemory.Slots,
            Limits = new LimitsConfig { IdleTimeout = IdleTimeout, OrphanTimeout = OrphanTimeout },
        };
    }

    /// <summary>All that run now.</summary>
    public IEnumerable<Process> Processes =>
    [
        .. Backends.Select(backend => backend.Process), .. Proxies.Select(proxy => proxy.Spliced.Process), .. Stores.Select(store => store.Process),
    ];

    public StoreServer StoreOf(string name) => Stores.First(store => store.Node.Name == name);

    public BackendMachine BackendAt(FlowEnd end) => Backends.First(backend => backend.End == end);

    public Client? ClientAt(FlowEnd end) => Clients.FirstOrDefault(client => client.End == end);

    public FlowEnd ClientEnd(int client, int attempt) =>
        FlowEnd.From(new IPEndPoint(IPAddress.Parse("10.77.0.10"), 40_000 + 1_000 * client + attempt));

    public bool CanAccept(Machine from) =>
        Owner.Spliced is { IsServing: true, Process.IsDead: false } && Wires.Reaches(from, Owner.Machine);

    public void Accept(FlowId id, RequestHead head, byte[] input, FlowEnd client, uint receiveSeq, uint sendSeq)
    {
        var owner = Owner;
        if (!owner.Spliced.Process.IsDead)
        {
            owner.Spliced.Accept(id, head, input, owner.Accept(client, receiveSeq, sendSeq));
        }
    }

    public void ToVirtual(Machine from, Segment segment)
    {
        Note("to virtual", segment);
        var owner = Owner;
        Wires.Send(from, owner.Machine, () => owner.Take(segment));
    }

    public void ToInner(Machine from, Segment segment)
    {
        Note("to inner", segment);
        var owner = Owner;
        Wires.Send(from, owner.Machine, () => owner.Take(segment));
    }

    public void ToBackend(Machine from, Segment segment)
    {
        Note("to backend", segment);
        var backend = BackendAt(segment.To);
        Wires.Send(from, backend.Machine, () => backend.Take(segment));
    }

    public void ToClient(Machine from, Segment segment)
    {
        Note("to client", segment);
        Wires.Send(from, _clientMachine, () =>
        {
            if (!(ClientAt(segment.To)?.TryTake(segment) ?? false) && !segment.IsReset)
            {
                ToVirtual(_clientMachine, new Segment(segment.To, segment.From, segment.Ack, 0, 0, []) { IsReset = true });
            }
        });
    }

    /// <summary>What keepalived does when it misses the owner's adverts, or its own check fails: the other one takes both addresses.
    /// If that is planned the owner gives them away.</summary>
    public void MoveAddresses(ProxyMachine from, TimeSpan after, bool planned = false) => World.After(after, () =>
    {
        var to = Proxies.First(proxy => proxy != from);
        if (Owner == from && to.Machine.IsReachable && !to.Spliced.Process.IsDead && (planned || !to.Spliced.Process.IsFrozen))
        {
            Disturb("addresses move");
            if (planned)
            {
                from.Spliced.SetActive(false);
            }

            Owner = to;
            to.Spliced.SetActive(true);
        }
    });

    private void Note(string what, Segment segment) => World.Trace.Add(
        World.NowNs, what, segment.IsReset ? "reset" : segment.IsFin ? "fin" : "segment", segment.Seq, segment.Ack,
        segment.Payload.Length);
}
