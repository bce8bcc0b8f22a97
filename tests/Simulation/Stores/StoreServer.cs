using Splice.Store;
using StackExchange.Redis;
using Tests.Simulation.Engine;
using Tests.Simulation.Network;

namespace Tests.Simulation.Stores;

/// <summary>A store node's server process. Restarted, it begins empty and under another name.</summary>
internal sealed class StoreServer
{
    private readonly World _world;
    private readonly List<StoreLink> _links = [];
    private readonly FenceWatch _fences;
    private int _runs;

    public StoreServer(World world, Machine machine, StoreNode node, FenceWatch fences)
    {
        (_world, Machine, Node, _fences) = (world, machine, node, fences);
        Process = null!;
        Model = null!;
        Start();
    }

    public Machine Machine { get; }

    public StoreNode Node { get; }

    public Process Process { get; private set; }

    public RedisModel Model { get; private set; }

    public string RunId => $"{Node.Name} {_runs}";

    public bool IsUp => !Process.IsDead && !Process.IsFrozen && Machine.IsReachable;

    public void Start()
    {
        _runs++;
        Process = new Process(_world, $"store {Node.Name}");
        Model = new RedisModel { Published = Publish };
    }

    /// <summary>The kernel of its machine closes its connections, unless that is gone too.</summary>
    public void Kill()
    {
        Process.Kill();
        foreach (var link in _links.ToArray())
        {
            link.ServerClosed();
        }

        _links.Clear();
    }

    public void Accept(StoreLink link) => _links.Add(link);

    public void Forget(StoreLink link) => _links.Remove(link);

    public RedisResult Run(string client, string script, RedisKey[] keys, RedisValue[] values)
    {
        var flow = (string)keys[0]!;
        var before = RedisModel.Number(Model.Get(flow, "fence"));
        var answer = Model.Run(script, keys, values);
        var after = RedisModel.Number(Model.Get(flow, "fence"));
        var said = answer.Resp2Type == ResultType.Array ? "" : (string)answer!;
        _fences.Ran(client, RunId, script, flow, before, after, said);
        _world.Trace.Add(_world.NowNs, Process.Name, "runs", script.Length, (long)after, said.Length);
        if (_world.Trace.KeepsText)
        {
            _world.Trace.Line(_world.NowNs, Process.Name, $"{ScriptNames.Of(script)} by {client} of {flow}: fence {before} to {after}, {said}");
        }

        return answer;
    }

    /// <summary>True if every byte before the offset is here, or was, and is not needed any more.</summary>
    public bool HasInput(string flow, ulong offset) =>
        Model.Get(flow, "base") is { } start && RedisModel.Number(start) + Model.Text(flow + ":input").Length >= offset;

    public bool Knows(string flow) => Model.Hash(flow) is not null;

    private void Publish(byte[] message)
    {
        foreach (var link in _links)
        {
            link.Publish(message);
        }
    }
}
