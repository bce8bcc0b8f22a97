using Splice.Daemon.Handover;
using Splice.Daemon.Splicing;

namespace Splice.Daemon.Flows;

/// <summary>What happened to flows since spliced started. Safe from any thread.</summary>
public sealed class FlowCounters
{
    private readonly long[] _refused = new long[Enum.GetValues<SetupStep>().Length];
    private readonly long[] _handovers = new long[Enum.GetValues<HandoverReason>().Length];
    private readonly long[] _handoversFailed = new long[Enum.GetValues<HandoverReason>().Length];
    private readonly long[] _ended = new long[Enum.GetValues<EndReason>().Length];
    private long _accepted;
    private long _spliced;
    private long _takeovers;
    private int _connecting;

    public long Accepted => Interlocked.Read(ref _accepted);
    public long Spliced => Interlocked.Read(ref _spliced);
    public long Handovers => Sum(_handovers);
    public long HandoversFailed => Sum(_handoversFailed);
    public long Takeovers => Interlocked.Read(ref _takeovers);
    public long Ended => Sum(_ended);

    /// <summary>Connections accepted and not spliced yet.</summary>
    public int Connecting => Volatile.Read(ref _connecting);

    /// <summary>Connections that were accepted and will not be spliced, by the step at which that became clear.</summary>
    public long RefusedAt(SetupStep step) => Interlocked.Read(ref _refused[(int)step]);

    public long HandoversFor(HandoverReason reason, bool ok) => Interlocked.Read(ref (ok ? _handovers : _handoversFailed)[(int)reason]);

    public long EndedBy(EndReason reason) => Interlocked.Read(ref _ended[(int)reason]);

    public int BeginConnecting()
    {
        Interlocked.Increment(ref _accepted);
        return Interlocked.Increment(ref _connecting);
    }

    public void EndConnecting() => Interlocked.Decrement(ref _connecting);

    public void CountSpliced() => Interlocked.Increment(ref _spliced);

    public void CountRefused(SetupStep step) => Interlocked.Increment(ref _refused[(int)step]);

    public void CountHandover(HandoverReason reason, bool ok) => Interlocked.Increment(ref (ok ? _handovers : _handoversFailed)[(int)reason]);

    public void CountTakeover() => Interlocked.Increment(ref _takeovers);

    public void CountEnded(EndReason reason) => Interlocked.Increment(ref _ended[(int)reason]);

    private static long Sum(long[] counts)
    {
        var sum = 0L;
        for (var i = 0; i < counts.Length; i++)
        {
            sum += Interlocked.Read(ref counts[i]);
        }

        return sum;
    }
}
