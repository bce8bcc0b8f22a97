namespace Tests.Simulation.Engine;

/// <summary>
/// One thread, one clock and one queue of what happens next: everything in a run follows from its seed. Time passes only
/// between two events.
/// </summary>
internal sealed class World(int seed, bool keepsTrace)
{
    private const long StartNs = 1_000_000_000;
    private readonly PriorityQueue<Action, (long AtNs, long Order)> _next = new();
    private readonly int _thread = Environment.CurrentManagedThreadId;
    private long _scheduled;
    private volatile string? _strayed;

    public Random Random { get; } = new(seed);

    public Trace Trace { get; } = new(keepsTrace);

    /// <summary>Nanoseconds. Not from 0, which the product takes for "never".</summary>
    public long NowNs { get; private set; } = StartNs;

    public TimeSpan Elapsed => TimeSpan.FromMicroseconds((NowNs - StartNs) / 1000.0);

    /// <summary>Nobody looks at it any more: whatever still comes is not to be done.</summary>
    public bool IsOver { get; set; }

    /// <summary>The process whose code runs now.</summary>
    public Process? Running { get; set; }

    public void At(long ns, Action action)
    {
        if (Environment.CurrentManagedThreadId != _thread)
        {
            // Real threads have no place here: what comes from one comes at another moment each time.
            _strayed ??= Environment.StackTrace;
            return;
        }

        _next.Enqueue(action, (Math.Max(ns, NowNs), _scheduled++));
    }

    public void After(TimeSpan delay, Action action) => At(NowNs + Ns(delay), action);

    public TimeSpan Between(TimeSpan least, TimeSpan most) => least + (most - least) * Random.NextDouble();

    public TimeSpan Between(double leastMilliseconds, double mostMilliseconds) =>
        Between(TimeSpan.FromMilliseconds(leastMilliseconds), TimeSpan.FromMilliseconds(mostMilliseconds));

    public bool Chance(double probability) => Random.NextDouble() < probability;

    /// <summary>Lets the next thing happen; false if nothing is to come.</summary>
    /// <exception cref="InvalidOperationException">Something ran on another thread.</exception>
    public bool Step()
    {
        if (_strayed is { } where)
        {
            throw new InvalidOperationException($"the simulation was left for another thread:\n{where}");
        }

        if (!_next.TryDequeue(out var action, out var when))
        {
            return false;
        }

        NowNs = when.AtNs;
        action();
        return true;
    }

    public static long Ns(TimeSpan time) => time.Ticks * 100;
}
