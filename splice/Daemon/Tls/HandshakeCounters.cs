namespace Splice.Daemon.Tls;

/// <summary>What became of TLS handshakes since spliced started. Safe from any thread.</summary>
public sealed class HandshakeCounters
{
    private readonly long[] _failed = new long[Enum.GetValues<HandshakeFailure>().Length];
    private long _ok;
    private int _running;

    public long Ok => Interlocked.Read(ref _ok);

    /// <summary>Handshakes under way; those that wait for their turn are not counted.</summary>
    public int Running => Volatile.Read(ref _running);

    public long Failed(HandshakeFailure failure) => Interlocked.Read(ref _failed[(int)failure]);

    public void Begin() => Interlocked.Increment(ref _running);

    public void End() => Interlocked.Decrement(ref _running);

    public void CountOk() => Interlocked.Increment(ref _ok);

    public void CountFailed(HandshakeFailure failure) => Interlocked.Increment(ref _failed[(int)failure]);
}
