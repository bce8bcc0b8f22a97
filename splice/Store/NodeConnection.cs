using Microsoft.Extensions.Logging;
using Splice.Wire;
using StackExchange.Redis;

namespace Splice.Store;

/// <summary>
/// One node as this process sees it. Any thread sends; <see cref="NodeKeeper"/> alone moves it back towards Live, any
/// sender may move it to Away.
/// </summary>
internal sealed class NodeConnection(StoreNode node, StoreOptions options, TimeProvider time, ILogger log)
{
    private const double Smoothing = 0.1;
    private readonly HashSet<FlowId> _missed = [];
    private readonly Patience _patience = new(options.NodeTimeout, options.UnavailableTimeout, time);
    private volatile INodeLink? _link;
    private volatile Suspicion _suspicion = new();
    private volatile int _state;
    private volatile bool _lacksFlows;
    private readonly KeyValuePair<string, object?> _label = new("store", node.Name);
    private double _lagMilliseconds;

    public StoreNode Node { get; } = node;

    /// <summary>It outlives the machine of this process.</summary>
    public bool IsElsewhere => Node.Name != options.Machine;

    public NodeState State => (NodeState)_state;

    public StoreNodeStatus Status => new(Node.Name, State == NodeState.Live && !LacksFlows, Volatile.Read(ref _lagMilliseconds));

    /// <summary>True while other nodes may have flows that this one lacks, although it counts: that it does not know a flow says
    /// nothing then.</summary>
    public bool LacksFlows
    {
        get => _lacksFlows;
        set => _lacksFlows = value;
    }

    /// <summary>Null while it is being connected.</summary>
    public INodeLink? Link => _link;

    /// <summary>Completes when a sender no longer trusts the node. It may do so late, when the node counts again.</summary>
    public Task Suspected => _suspicion.Raised;

    /// <summary>It owes answers and gives nobody any for longer than is to be expected of it.</summary>
    /// <param name="from">A silence that began earlier counts from here, as <see cref="TimeProvider.GetTimestamp"/>.</param>
    /// <param name="least">What it is given at least.</param>
    public bool IsSilent(long from, TimeSpan least)
    {
        if (_link?.SilentSince is not { } since)
        {
            return false;
        }

        var silence = time.GetElapsedTime(Math.Max(from, since));
        return silence >= least && silence >= _patience.Current;
    }

    /// <summary>Sends before it returns: writes of one caller reach the node in the order of its calls.</summary>
    public Task<StoreAnswer> SendAsync(string script, RedisKey[] keys, RedisValue[] values, bool write)
    {
        var link = _link;
        return link is null
            ? Task.FromResult(StoreAnswer.Unreachable("not connected"))
            : AnswerAsync(link, link.RunAsync(script, keys, values), write, time.GetTimestamp());
    }

    /// <summary>Notes that the node lacks a write to this flow.</summary>
    public void Missed(FlowId flow)
    {
        lock (_missed)
        {
            _missed.Add(flow);
        }

        if (State == NodeState.Live)
        {
            // It returned between the decision not to send and this note.
            Suspect("it returned during a write");
        }
    }

    public IReadOnlyCollection<FlowId> TakeMissed()
    {
        lock (_missed)
        {
            FlowId[] flows = [.. _missed];
            _missed.Clear();
            return flows;
        }
    }

    public void Suspect(string why)
    {
        if (Interlocked.Exchange(ref _state, (int)NodeState.Away) != (int)NodeState.Away)
        {
            log.LogWarning(
                "store node {Node} ({EndPoint}) is skipped: {Why}; writes go to the others and it is probed until it returns",
                Node.Name, Node.EndPoint, why);
            _suspicion.Raise();
        }
    }

    public void Connected(INodeLink link) => _link = link;

    public async ValueTask DisconnectAsync()
    {
        if (Interlocked.Exchange(ref _link, null) is { } link)
        {
            await link.DisposeAsync();
        }
    }

    /// <summary>From here on writes are sent again.</summary>
    public void Enter(NodeState state) => _state = (int)state;

    /// <summary>From here on <see cref="Suspected"/> is another one; what the last one was for shows in <see cref="State"/>.</summary>
    public void HeardSuspicion()
    {
        if (_suspicion.IsRaised)
        {
            _suspicion = new();
        }
    }

    /// <summary>Live again; unless suspected meanwhile, or more was missed.</summary>
    public bool TryFinishRefill()
    {
        lock (_missed)
        {
            return _missed.Count == 0
                && Interlocked.CompareExchange(ref _state, (int)NodeState.Live, (int)NodeState.Refilling)
                    == (int)NodeState.Refilling;
        }
    }

    /// <summary>How long the answer to a probe took.</summary>
    public void Measured(INodeLink link, long asked)
    {
        var roundTrip = time.GetElapsedTime(asked);
        Took(link, asked, roundTrip);
        var old = Volatile.Read(ref _lagMilliseconds);
        var now = roundTrip.TotalMilliseconds;
        Volatile.Write(ref _lagMilliseconds, old == 0 ? now : old + Smoothing * (now - old));
    }

    /// <summary>A lost connection fails all that was asked on it with one exception. Nobody throws it: each time would lengthen its stack
    /// trace, and of ten thousand questions that a dead node has not answered that makes gigabytes.</summary>
    private async Task<StoreAnswer> AnswerAsync(INodeLink link, Task<RedisResult> pending, bool write, long asked)
    {
        await ((Task)pending).ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
        if (pending.Exception?.InnerException is { } failure && ConnectionFailure.Is(failure))
        {
            return StoreAnswer.Unreachable(failure.Message);
        }

        var result = await pending;
        var elapsed = time.GetElapsedTime(asked);
        Took(link, asked, elapsed);
        if (write)
        {
            StoreMetrics.Wrote(elapsed, _label);
        }

        return write ? StoreAnswer.OfWrite(result) : StoreAnswer.OfRead(result);
    }

    private void Took(INodeLink link, long asked, TimeSpan elapsed)
    {
        // What is quicker changes nothing, and is not worth a system call.
        if (2 * elapsed > options.NodeTimeout && !link.HasLostSince(asked))
        {
            _patience.Heard(elapsed);
        }
    }
}
