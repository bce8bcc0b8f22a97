namespace Splice.Daemon.Flows;

/// <summary>What happened to flows since spliced started. Safe from any thread.</summary>
public sealed class FlowCounters
{
    private long _accepted;
    private long _spliced;
    private long _handovers;
    private long _handoversFailed;
    private long _takeovers;
    private long _ended;
    private int _connecting;

    public long Accepted => Interlocked.Read(ref _accepted);
    public long Spliced => Interlocked.Read(ref _spliced);
    public long Handovers => Interlocked.Read(ref _handovers);
    public long HandoversFailed => Interlocked.Read(ref _handoversFailed);
    public long Takeovers => Interlocked.Read(ref _takeovers);
    public long Ended => Interlocked.Read(ref _ended);

    /// <summary>Connections accepted and not spliced yet.</summary>
    public int Connecting => Volatile.Read(ref _connecting);

    public int BeginConnecting()
    {
        Interlocked.Increment(ref _accepted);
        return Interlocked.Increment(ref _connecting);
    }

    public void EndConnecting() => Interlocked.Decrement(ref _connecting);

    public void CountSpliced() => Interlocked.Increment(ref _spliced);

    public void CountHandover(bool ok) => Interlocked.Increment(ref ok ? ref _handovers : ref _handoversFailed);

    public void CountTakeover() => Interlocked.Increment(ref _takeovers);

    public void CountEnded() => Interlocked.Increment(ref _ended);
}
