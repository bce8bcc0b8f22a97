using System.IO.Hashing;
using System.Text;
using Splice.Store;
using Tests.Simulation.Clients;
using Tests.Simulation.Engine;
using Tests.Simulation.Proxies;

namespace Tests.Simulation.Cases;

/// <summary>One workload, one fault, one seed: from them alone follows everything that happens.</summary>
internal sealed class Run
{
    private static readonly TimeSpan ProgressMax = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan EndMax = TimeSpan.FromSeconds(90);
    private readonly Workload _workload;
    private readonly Fault _fault;
    private readonly int _seed;
    private readonly World _world;
    private readonly Verdict _verdict = new();
    private readonly Appliance _appliance;

    private Run(Workload workload, Fault fault, int seed, bool keepsTrace)
    {
        (_workload, _fault, _seed) = (workload, fault, seed);
        // By their names: another case in the list leaves the others theirs.
        var numbers = XxHash32.HashToUInt32(Encoding.UTF8.GetBytes($"{workload}, {fault}, {seed}"));
        _world = new World((int)numbers, keepsTrace);
        _appliance = new Appliance(_world, workload, 1 + _world.Random.Next(3), _verdict);
        if (_world.Chance(0.5))
        {
            (_appliance.Wires.Loss, _appliance.Wires.LateMax) = (0.02 * _world.Random.NextDouble(), TimeSpan.FromMilliseconds(20));
        }
    }

    public int Seed => _seed;

    public Trace Trace => _world.Trace;

    public string? Failure => _verdict.Failure;

    public int Cut => _appliance.Clients.Count(client => client.IsCut);

    public TimeSpan Elapsed => _world.Elapsed;

    public static Run Of(Workload workload, Fault fault, int seed, bool keepsTrace = false)
    {
        // The test runner's would take what is awaited to other threads.
        var outer = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        var run = new Run(workload, fault, seed, keepsTrace);
        try
        {
            run.Go();
            return run;
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(outer);
            run._world.IsOver = true;
            // The events of a batch gather on their thread, which here is everybody's.
            ScriptPipeline.Gathers = false;
        }
    }

    public override string ToString() => $"workload {_workload}, fault {_fault}, seed {_seed}";

    private void Go()
    {
        _world.After(_world.Between(320, 1300), () => _fault.Strike(_appliance));
        while (_verdict.Failure is null && !_appliance.Clients.All(IsOver))
        {
            Step(ProgressMax, () => $"no progress (I): {string.Join("; ", _appliance.Clients.Where(client => !IsOver(client)))}");
        }

        Judge();
        while (_verdict.Failure is null && Remaining() is { } remaining)
        {
            Step(EndMax, () => $"a flow does not end: {remaining}");
        }
    }

    /// <summary>Nothing follows. A client whose flow was cut and that has lost the reset hears nothing more, as anywhere.</summary>
    private bool IsOver(Client client) =>
        client.IsDone || (_fault.IsBeyondPromise && client.IsRemoved && !_appliance.Proxies.Any(proxy => Knows(proxy, client)));

    private static bool Knows(ProxyMachine proxy, Client client) =>
        proxy.Spliced.Process.IsDead || !proxy.Spliced.IsServing || proxy.Spliced.Directory.Find(client.Flow) is not null;

    private void Step(TimeSpan limit, Func<string> late)
    {
        if (!_world.Step() || _world.Elapsed > limit)
        {
            _verdict.Fail($"after {_world.Elapsed}: {late()}");
        }
    }

    private void Judge()
    {
        foreach (var client in _appliance.Clients)
        {
            if (client.IsCut || !client.IsDone)
            {
                if (!_fault.IsBeyondPromise)
                {
                    _verdict.Fail($"{client}: it was cut although it was protected");
                }
            }
            else if (_appliance.Outbox.Count(client.Flow) != _workload.Requests)
            {
                _verdict.Fail($"{client}: {_appliance.Outbox.Count(client.Flow)} effects instead of {_workload.Requests}");
            }
        }
    }

    /// <summary>A proxy that still knows a flow of a client that is done.</summary>
    private string? Remaining()
    {
        foreach (var proxy in _appliance.Proxies.Where(proxy => !proxy.Spliced.Process.IsDead && proxy.Spliced.IsServing))
        {
            if (_appliance.Clients.FirstOrDefault(client => proxy.Spliced.Directory.Find(client.Flow) is not null) is { } client)
            {
                return $"{proxy.Machine.Name} still has that of {client}";
            }
        }

        return null;
    }
}
