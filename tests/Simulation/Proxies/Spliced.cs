using System.Diagnostics.Metrics;
using System.Net;
using Microsoft.Extensions.Logging;
using Splice.Daemon.Accept;
using Splice.Daemon.Configuration;
using Splice.Daemon.Detection;
using Splice.Daemon.Flows;
using Splice.Daemon.Handover;
using Splice.Daemon.Injection;
using Splice.Daemon.Kernel;
using Splice.Daemon.Routing;
using Splice.Daemon.Splicing;
using Splice.Daemon.Takeover;
using Splice.Daemon.Telemetry;
using Splice.Store;
using Splice.Wire;
using Splice.Wire.Abi;
using Tests.Simulation.Cases;
using Tests.Simulation.Engine;
using Tests.Simulation.Stores;

namespace Tests.Simulation.Proxies;

/// <summary>
/// The product's spliced, composed as in its <c>Spliced.cs</c>, in a simulated process: what it would ask of the kernel, of
/// sockets and of Redis it asks of the simulation.
/// </summary>
internal sealed class Spliced
{
    private static readonly Meter Meter = new("simulation");
    private readonly Appliance _appliance;
    private readonly ProxyMachine _machine;
    private readonly FlowCounters _counters = new();
    private readonly Durations _durations = new(Meter);
    private Router _router = null!;
    private BackendConnector _connector = null!;
    private ConnectionJoiner _joiner = null!;
    private FlowEvents _events = null!;
    private FlowSync _sync = null!;
    private KernelFlows _kernel = null!;
    private InnerPorts _ports = null!;
    private BackendWatch _watch = null!;
    private TakeoverCoordinator _takeover = null!;
    private AbsenceWatcher _absence = null!;
    private HandoverQueue _queue = null!;
    private IdleSweeper _sweeper = null!;
    private BackendDrain _drain = null!;
    private HandoverCoordinator _coordinator = null!;
    private ServiceAddresses _addresses = null!;

    public Spliced(Appliance appliance, ProxyMachine machine, FlowTable slots, bool isActive)
    {
        (_appliance, _machine) = (appliance, machine);
        Process = new Process(appliance.World, machine.Machine.Name);
        Process.Deliver(() =>
        {
            Compose(slots);
            Active.Set(Appliance.Pair, isActive);
            Guard(StartAsync());
        });
    }

    public Process Process { get; }

    public FlowStore Store { get; private set; } = null!;

    public FlowDirectory Directory { get; private set; } = null!;

    public ActiveState Active { get; private set; } = null!;

    /// <summary>True once it would listen.</summary>
    public bool IsServing { get; private set; }

    public long EndedBy(EndReason reason) => _counters.EndedBy(reason);

    /// <summary>As an operator says it over the control API.</summary>
    public void Drain(string backend, bool draining) => Process.Deliver(() => _router.Find(backend)!.Draining = draining);

    public void Beat(Heartbeat heartbeat) => Process.Deliver(() => _watch.Beat(heartbeat, Process.Clock.GetTimestamp()));

    /// <summary>What the address watcher does when keepalived brings or takes the address.</summary>
    public void SetActive(bool isActive) => Process.Deliver(() =>
    {
        if (isActive != Active.IsActive)
        {
            Active.Set(Appliance.Pair, isActive);
            Guard(isActive ? _takeover.TakeOverAsync(Appliance.Pair) : Task.CompletedTask);
        }
    });

    /// <summary>What the connection splicer does with a client whose first head has been read.</summary>
    public void Accept(FlowId id, RequestHead head, byte[] input, ILegSocket client) =>
        Process.Deliver(() => Guard(AcceptAsync(id, head, input, client)));

    public void TakeEvents() => Process.Deliver(() =>
    {
        while (_machine.Events.TryTake(out var one))
        {
            _events.Handle(one.Event, one.Payload);
        }

        EndBatch();
    });

    private void EndBatch()
    {
        if (_events.EndBatch() is { } wait)
        {
            _appliance.World.After(wait, () => Process.Deliver(EndBatch));
        }
    }

    private void Compose(FlowTable slots)
    {
        var (config, time) = (_appliance.ConfigOf(_machine.Machine), Process.Clock);
        var connecting = new ConnectingMap(new MemoryMap<uint, SpliceConnecting>());
        _ports = new InnerPorts(config.InnerPortFirst, config.InnerPortLast);
        Store = FlowStore.Connect(
            new StoreOptions { Nodes = config.Stores, ClusterKey = config.ClusterKey, Machine = config.Name, Watch = true, RefillEverything = true },
            (node, changed, _) => StoreLink.OpenAsync(
                _appliance.World, _appliance.Wires, Process, _machine.Machine, _appliance.StoreOf(node.Name), changed),
            time,
            Log<FlowStore>());
        _kernel = new KernelFlows(slots, new LegMap(_machine.Kernel.Legs), 1, 2);
        Directory = new FlowDirectory(config.FlowsMax);
        Active = new ActiveState(config);
        _router = new Router(config, time);
        var injector = new FlowInjector(_kernel, new PacketInjector((packet, _) => _machine.Inject(PacketReader.Read(packet))));
        var clientFin = new ClientFin(_kernel, injector, time);
        var recent = new RecentEvents(time);
        _queue = new HandoverQueue(config, time, Log<HandoverQueue>());
        _connector = new BackendConnector(config, _ports, connecting, time, ConnectAsync);
        var ender = new FlowEnder(
            config, Directory, _kernel, injector, Store, _router, _ports, _queue, _counters, _durations, time, Log<FlowEnder>());
        _sweeper = new IdleSweeper(config, Directory, _kernel, injector, ender, _queue, Active, time);
        var input = new FlowInput(Store, _kernel, injector, time, Log<FlowInput>());
        _events = new FlowEvents(Directory, input, ender, _queue, _kernel, injector, Store);
        _joiner = new ConnectionJoiner(config, _kernel, Directory, injector, clientFin, Store, time, Log<ConnectionJoiner>());
        _coordinator = new HandoverCoordinator(
            config, _router, _connector, _kernel, ender, Store, new HandoverPlanner(_kernel, Store, time),
            new HandoverJoiner(config, _router, _kernel, injector, clientFin, Store, _ports, time), Active,
            new PlainReplay(Store), _counters, _durations, recent, time, Log<HandoverCoordinator>());
        _watch = new BackendWatch(
            _router, new BackendEvacuation(Directory, _kernel, _queue, Active), _durations, time, Log<BackendWatch>());
        _addresses = new ServiceAddresses(config, new ServiceMap(new MemoryMap<SpliceServiceKey, SpliceService>()));
        _sync = new FlowSync(config, Directory, _kernel, Store, ender, clientFin, _router, Active, _addresses, time, Log<FlowSync>());
        _takeover = new TakeoverCoordinator(
            config, Directory, _kernel, new FlowWakener(_kernel, injector, time), clientFin, Store, _router, _queue, _counters, _durations, recent, time,
            Log<TakeoverCoordinator>());
        _absence = new AbsenceWatcher(config, _sync, _addresses, _takeover, Active, time, Log<AbsenceWatcher>());
        _drain = new BackendDrain(Directory, _kernel, _router, _queue, Active, time);
        Guard(JudgeAsync(new SilenceJudge(config, _watch, _queue, time)));
    }

    /// <summary>The order of <c>Spliced.RunAsync</c>.</summary>
    private async Task StartAsync()
    {
        _addresses.AwaitFlows();
        if (await _sync.StartAsync(CancellationToken.None))
        {
            foreach (var slot in _kernel.Inherited().Where(slot => !Directory.Has(slot)).ToList())
            {
                _kernel.Clear(slot);
            }
        }

        _ports.Exclude(_kernel.InnerPorts());
        await Task.Delay(_appliance.World.Between(5, 100), Process.Clock);
        Guard(_sweeper.RunAsync(CancellationToken.None));
        Guard(_drain.RunAsync(CancellationToken.None));
        Guard(_queue.RunAsync(_coordinator.HandleAsync, _coordinator.IsMoot, CancellationToken.None));
        Guard(_sync.RunAsync(CancellationToken.None));
        Guard(WatchAbsenceAsync());
        TakeEvents();
        IsServing = true;
    }

    private async Task JudgeAsync(SilenceJudge judge)
    {
        while (true)
        {
            await Task.Delay(SilenceJudge.Tick, Process.Clock);
            judge.Judge();
        }
    }

    private async Task WatchAbsenceAsync()
    {
        while (true)
        {
            await Task.Delay(AbsenceWatcher.Tick, Process.Clock);
            await _absence.TickAsync(CancellationToken.None);
        }
    }

    private async Task AcceptAsync(FlowId id, RequestHead head, byte[] input, ILegSocket client)
    {
        using var setup = new Setup(_counters, _durations, client);
        var opening = new Opening(id, head, input, [], [], 0, setup);
        foreach (var backend in _router.Choose(head))
        {
            if (await _connector.ConnectAsync(backend, client.Local, LegOffer.Of(client.ReadInfo()), false, CancellationToken.None) is not { } leg)
            {
                continue;
            }

            (var outcome, opening) = await _joiner.JoinAsync(opening, client, client.ReadInfo(), leg, CancellationToken.None);
            if (outcome is JoinOutcome.Joined)
            {
                return;
            }

            leg.Abandon();
            if (outcome is JoinOutcome.Refused)
            {
                break;
            }

            opening = opening.Next();
        }

        client.Abort();
    }

    private Task<ILegSocket> ConnectAsync(IPEndPoint from, IPEndPoint to, byte windowShift, CancellationToken cancellationToken) =>
        _machine.ConnectAsync(Process, FlowEnd.From(from), FlowEnd.From(to), cancellationToken);

    private TraceLog<T> Log<T>() => new(_appliance.World, Process.Name, _appliance.Verdict.Fail);

    /// <summary>A loop of spliced that ends with an exception takes spliced down: a bug.</summary>
    private void Guard(Task task) => task.ContinueWith(
        ended => _appliance.Verdict.Fail($"{Process.Name} breaks down: {ended.Exception}"),
        CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously, Process);
}
