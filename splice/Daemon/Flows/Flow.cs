using Splice.Wire;

namespace Splice.Daemon.Flows;

/// <summary>
/// What spliced keeps of a flow besides the kernel's slot. <see cref="Record"/> is replaced whole, by the holder of
/// <see cref="Gate"/> only; the rest names its own lock.
/// </summary>
/// <remarks>A proxy may have a million: what only flows that move or speak need is made when they do.</remarks>
public sealed class Flow(FlowRecord record, uint slot, uint generation)
{
    private volatile FlowRecord _record = record;
    private SemaphoreSlim? _gate;
    private volatile bool _ended;
    private volatile bool _unprotected;
    private long _completeOffset = -1;
    private int _handingOver;
    private bool _ending;
    private ulong _lastAcked = ulong.MaxValue;
    private int _fruitless;
    private ulong _sent;

    /// <summary>The <see cref="FlowDirectory"/>'s, which has locked it.</summary>
    internal Flow? NextOfChain;

    public FlowId Id => _record.Id;
    public uint Slot => slot;

    /// <summary>Of the slot, when the flow took it: events of an earlier tenant are recognised by it.</summary>
    public uint Generation => generation;

    /// <summary>Held while the flow's legs change: splice, handover, end.</summary>
    public SemaphoreSlim Gate => LazyInitializer.EnsureInitialized(ref _gate, () => new SemaphoreSlim(1, 1));

    public InputLog Input { get; } = new(record.LoggedOffset);

    /// <summary>Held, briefly, while input is put in line for the store and while the fence is about to be raised: what carries
    /// the older fence is in line before the raise, and the store refuses none of it.</summary>
    public object InputOrder => this;

    /// <summary>Requests and answers of a plain backend's flow; null for backends with hooks.</summary>
    public PlainExchange? Plain { get; } = record.Kind == BackendKind.Plain ? new PlainExchange() : null;

    public FlowRecord Record
    {
        get => _record;
        set => _record = value;
    }

    /// <summary>Set once; a flow that ended answers no more events.</summary>
    public bool Ended
    {
        get => _ended;
        set => _ended = value;
    }

    /// <summary>True once input went on without being logged: such a flow cannot be replayed and is cut instead.</summary>
    public bool Unprotected
    {
        get => _unprotected;
        set => _unprotected = value;
    }

    /// <summary>The output offset at which the backend declared its last answer complete; null before.</summary>
    public ulong? CompleteOffset
    {
        get => Interlocked.Read(ref _completeOffset) is >= 0 and var offset ? (ulong)offset : null;
        set => Interlocked.Exchange(ref _completeOffset, value is { } offset ? (long)offset : -1);
    }

    /// <summary>Sequence number of the client's FIN; null before. Written by the ring's thread.</summary>
    public uint? ClientFinSeq { get; set; }

    /// <summary>True once that FIN may be acknowledged: the flow store knows of it.</summary>
    public bool ClientFinLogged { get; set; }

    /// <summary>True if what waits in <see cref="Input"/> begins a request on a plain backend. By the ring's thread only, as are the
    /// next four.</summary>
    public bool RequestBegan { get; set; }

    /// <summary>True while input waits for the end of a pause.</summary>
    public bool InputWaits { get; set; }

    /// <summary>Until when, by the kernel's clock, little input waits.</summary>
    public ulong InputPauseEndNs { get; set; }

    /// <summary>When, by the kernel's clock, the client began the last time to send what is beyond missing input; 0 if none is missing.</summary>
    public ulong InputGapNs { get; set; }

    /// <summary>How often it has done so since the first time.</summary>
    public byte InputGapRepeats { get; set; }

    /// <summary>Whether the stores have that input.</summary>
    public InputGap InputGap { get; set; }

    /// <summary>Counts attempts to continue from the same offset; backends that refuse must not be asked for ever.</summary>
    public int CountFruitless(ulong ackedOffset)
    {
        _fruitless = ackedOffset == _lastAcked ? _fruitless + 1 : 0;
        _lastAcked = ackedOffset;
        return _fruitless;
    }

    /// <summary>Highest output offset that was ever sent to the client; the kernel counts anew for each backend. By the holder of
    /// <see cref="Gate"/> only.</summary>
    public ulong CountSent(ulong sentOffset) => _sent = Math.Max(_sent, sentOffset);

    /// <summary>It is over, and only late packets still find it: nobody moves it any more.</summary>
    public bool IsEnding
    {
        get => Volatile.Read(ref _ending);
        set => Volatile.Write(ref _ending, value);
    }

    /// <summary>A handover is wanted or under way.</summary>
    public bool HandsOver => Volatile.Read(ref _handingOver) != 0;

    /// <summary>True from the moment a handover is wanted until it has ended; at most one runs. False if one was wanted already: now there
    /// is one more reason for it.</summary>
    public bool TryBeginHandover() => Interlocked.Increment(ref _handingOver) == 1;

    /// <summary>The reason for it is gone: it is not wanted any more. False if another reason has come.</summary>
    public bool TryDismissHandover() => Interlocked.CompareExchange(ref _handingOver, 0, 1) == 1;

    public void EndHandover() => Interlocked.Exchange(ref _handingOver, 0);
}
