using Splice.Store;
using Splice.Wire;
using Tests.Simulation.Cases;
using Tests.Simulation.Engine;
using Tests.Simulation.Network;
using Tests.Simulation.Stores;

namespace Tests.Simulation.Backends;

/// <summary>A backend: its kernel, which accepts and acknowledges even for a process that is frozen, and its process.</summary>
internal sealed class BackendMachine
{
    private static readonly TimeSpan HeartbeatInterval = TimeSpan.FromMilliseconds(20);
    private readonly Appliance _appliance;
    private readonly Dictionary<FlowEnd, (TcpEnd Tcp, BackendFlow Flow)> _legs = [];
    private FlowStore _store = null!;
    private ulong _runs;

    public BackendMachine(Appliance appliance, Machine machine, FlowEnd end)
    {
        (_appliance, Machine, End) = (appliance, machine, end);
        Process = null!;
        Start();
    }

    public Machine Machine { get; }

    public FlowEnd End { get; }

    public Process Process { get; private set; }

    /// <summary>It works, but its heartbeats are late: nobody hears them.</summary>
    public bool IsMute { get; set; }

    /// <summary>It says that it reaches what its answers need.</summary>
    public bool IsReady { get; set; } = true;

    public void Start()
    {
        var process = Process = new Process(_appliance.World, $"{Machine.Name} run {++_runs}");
        process.Deliver(() =>
        {
            _store = FlowStore.Connect(
                new StoreOptions { Nodes = _appliance.StoreNodes, ClusterKey = Appliance.ClusterKey, Machine = Machine.Name },
                (node, changed, _) => StoreLink.OpenAsync(
                    _appliance.World, _appliance.Wires, process, Machine, _appliance.StoreOf(node.Name), changed),
                process.Clock,
                new TraceLog<FlowStore>(_appliance.World, Machine.Name, _appliance.Verdict.Fail));
            _ = BeatAsync(process, _store, _runs);
        });
    }

    /// <summary>Sequence number of the first byte that it will send; null if nobody listens.</summary>
    public uint? Accept(FlowEnd from, uint receiveSeq)
    {
        if (Process.IsDead)
        {
            return null;
        }

        var seq = (uint)_appliance.World.Random.Next();
        var process = Process;
        // The window is zero until the splice says otherwise.
        var tcp = new TcpEnd(_appliance.World, End, from, seq, receiveSeq, 0, segment => _appliance.ToInner(Machine, segment));
        var flow = new BackendFlow(_appliance.World, process, _store, _appliance.Outbox, Appliance.ClusterKey, tcp);
        tcp.Received = bytes => process.Deliver(() => flow.Receive(bytes));
        tcp.Finished = () => process.Deliver(flow.ReceiveEnd);
        tcp.Reset = () => process.Deliver(flow.ReceiveReset);
        _legs[from] = (tcp, flow);
        process.Deliver(() => Guard(flow.RunAsync(), process));
        return seq;
    }

    /// <summary>Its kernel gives a leg up.</summary>
    public void Reset(FlowEnd from)
    {
        if (_legs.TryGetValue(from, out var leg) && !leg.Tcp.IsGone)
        {
            leg.Tcp.Abort();
            Process.Deliver(leg.Flow.ReceiveReset);
        }
    }

    public void Take(Segment segment)
    {
        if (_legs.TryGetValue(segment.From, out var leg) && !leg.Tcp.IsGone)
        {
            leg.Tcp.Take(segment);
        }
        else if (!segment.IsReset)
        {
            // RFC 9293 §3.10.7.1: of a connection that does not exist.
            _appliance.ToInner(Machine, new Segment(End, segment.From, segment.Ack, 0, 0, []) { IsReset = true });
        }
    }

    /// <summary>A process that dies: its kernel says goodbye politely, after what was queued, or resets if something was unread.</summary>
    public void Kill()
    {
        Process.Kill();
        foreach (var (tcp, flow) in _legs.Values)
        {
            if (flow.HasUnread)
            {
                tcp.Abort();
            }
            else
            {
                tcp.Close();
            }
        }
    }

    private async Task BeatAsync(Process process, FlowStore store, ulong incarnation)
    {
        for (ulong sequence = 1; ; sequence++)
        {
            var heartbeat = new Heartbeat(Machine.Name, incarnation, sequence, 0, (byte)store.Nodes.Count(node => node.Healthy), IsReady, false, "build 1");
            foreach (var proxy in _appliance.Proxies.Where(_ => !IsMute))
            {
                _appliance.Wires.Send(Machine, proxy.Machine, () => proxy.Spliced.Beat(heartbeat));
            }

            await Task.Delay(HeartbeatInterval, process.Clock);
        }
    }

    private void Guard(Task task, Process process) => task.ContinueWith(
        ended => _appliance.Verdict.Fail($"{Machine.Name} breaks down: {ended.Exception}"),
        CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously, process);
}
