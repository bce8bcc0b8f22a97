namespace Tests.Simulation.Engine;

/// <summary>
/// A process: the scheduler of its tasks and the clock of its timers. Killed, it runs nothing any more; frozen, what it
/// would have run waits until it wakes.
/// </summary>
internal sealed class Process : TaskScheduler
{
    private readonly World _world;
    private readonly Queue<Action> _inbox = new();

    public Process(World world, string name)
    {
        (_world, Name) = (world, name);
        Clock = new ProcessClock(world, this);
    }

    public string Name { get; }

    public TimeProvider Clock { get; }

    public bool IsDead { get; private set; }

    public bool IsFrozen { get; private set; }

    public void Kill()
    {
        IsDead = true;
        _inbox.Clear();
    }

    public void Freeze() => IsFrozen = true;

    public void Wake()
    {
        IsFrozen = false;
        _world.At(_world.NowNs, () =>
        {
            while (!IsFrozen && _inbox.TryDequeue(out var action))
            {
                Enter(action);
            }
        });
    }

    /// <summary>Runs it in the process, at once or, in the order of the calls, when it wakes.</summary>
    public void Deliver(Action action)
    {
        if (IsDead)
        {
            return;
        }

        if (IsFrozen || _inbox.Count > 0)
        {
            _inbox.Enqueue(action);
        }
        else
        {
            Enter(action);
        }
    }

    protected override IEnumerable<Task>? GetScheduledTasks() => null;

    protected override void QueueTask(Task task)
    {
        // Also asked by the runtime's finalizer, for a timer loop that went with its process or its world.
        if (IsDead || _world.IsOver)
        {
            return;
        }

        // As with a pool of threads: no promise about who comes first.
        _world.After(_world.Between(0.0005, 0.03), () => Deliver(() => TryExecuteTask(task)));
    }

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) =>
        _world.Running == this && !taskWasPreviouslyQueued && TryExecuteTask(task);

    private void Enter(Action action)
    {
        var outer = _world.Running;
        _world.Running = this;
        try
        {
            var task = new Task(action);
            task.RunSynchronously(this);
            task.GetAwaiter().GetResult();
        }
        finally
        {
            _world.Running = outer;
        }
    }
}
