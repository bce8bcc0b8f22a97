using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Splice.Wire;
using StackExchange.Redis;

namespace Splice.Store;

/// <summary>
/// The replicated flow store: every write goes to all live nodes at once and is done when each has answered. A write is
/// in line before its call returns, so the writes of one caller are applied in the order of its calls even when not awaited.
/// </summary>
public sealed partial class FlowStore : IAsyncDisposable
{
    internal const string HighestFence = "9007199254740991";
    private static readonly TimeSpan TombstoneExpiry = TimeSpan.FromMinutes(1);
    private readonly StoreOptions _options;
    private readonly NodeConnection[] _nodes;
    private readonly NodeRefill _refill;
    private readonly NodeKeeper[] _keepers;
    private readonly Task[] _running;
    private readonly Quorum _quorum;
    private readonly EntrySeal _seal;
    private readonly ChangeFilter _filter = new();
    private readonly Lock _telling = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly RedisValue _expiry;
    private readonly string _raiser;
    private readonly Task _tried;

    private FlowStore(StoreOptions options, OpenNodeLink open, TimeProvider time, ILogger<FlowStore> log)
    {
        _options = options;
        _seal = new EntrySeal(options.ClusterKey);
        _expiry = (long)options.Expiry.TotalMilliseconds;
        // A process that is started again is another one, and its name the same.
        _raiser = $"{options.Machine} {RandomNumberGenerator.GetHexString(16, lowercase: true)}";
        _nodes = [.. options.Nodes.Select(node => new NodeConnection(node, options, time, log))];
        _quorum = new Quorum(_nodes, options, time, log);
        _refill = new NodeRefill(options, () => _nodes, time, log);
        _keepers = [.. _nodes.Select(node =>
            new NodeKeeper(node, open, options, time, _refill, log, Receive, node => Reconnected?.Invoke(node)))];
        // In the scheduler of who connects: the pool, or that of a test whose processes share one thread.
        _running = [.. _keepers.Select(keeper => Task.Factory.StartNew(
            () => keeper.RunAsync(_stop.Token), CancellationToken.None, TaskCreationOptions.DenyChildAttach, TaskScheduler.Current).Unwrap())];
        _tried = TriedAsync();
    }

    /// <summary>Raised once per change, whichever node told first; on a thread of the connection, so return quickly.
    /// Needs <see cref="StoreOptions.Watch"/>.</summary>
    public event Action<FlowChange>? Changed;

    /// <summary>A node is connected or back: changes may have been missed, so scan.</summary>
    public event Action<StoreNode>? Reconnected;

    public IReadOnlyList<StoreNodeStatus> Nodes => [.. _nodes.Select(node => node.Status)];

    /// <summary>A key that nobody writes to for so long is forgotten.</summary>
    public TimeSpan Expiry => _options.Expiry;

    /// <summary>A live node runs on another machine than this process.</summary>
    public bool IsProtected => _nodes.Any(node => node is { State: NodeState.Live, IsElsewhere: true });

    /// <summary>From now on what the calling thread asks is sent when it calls <see cref="SendGathered"/>: for a thread that
    /// works in batches.</summary>
    public static void GatherOnThisThread() => ScriptPipeline.Gathers = true;

    /// <summary>What this call asks is sent when it returns: many small questions make one message to each node.</summary>
    public void SendTogether(Action ask)
    {
        var gathered = ScriptPipeline.Gathers;
        ScriptPipeline.Gathers = true;
        try
        {
            ask();
        }
        finally
        {
            ScriptPipeline.Gathers = gathered;
            SendGathered();
        }
    }

    /// <summary>Sends what threads that gather have asked.</summary>
    public void SendGathered()
    {
        foreach (var node in _nodes)
        {
            node.Link?.SendGathered();
        }
    }

    /// <summary>Starts connecting; never waits and never throws for a dead node. The first write or read waits until every
    /// node has been tried once.</summary>
    public static FlowStore Connect(StoreOptions options, TimeProvider time, ILogger<FlowStore> log) =>
        Connect(options, RedisLink.OpenAsync, time, log);

    internal static FlowStore Connect(StoreOptions options, OpenNodeLink open, TimeProvider time, ILogger<FlowStore> log) =>
        new(options, open, time, log);

    /// <summary>Completes when every node has been tried once.</summary>
    public Task WaitUntilTriedAsync(CancellationToken cancellationToken) => _tried.WaitAsync(cancellationToken);

    /// <summary>Copies to every live node what the others have of every flow: a writer that died may have skipped a node
    /// and can no longer refill it.</summary>
    public async Task ReplicateAsync(CancellationToken cancellationToken)
    {
        foreach (var node in _nodes.Where(node => node.State == NodeState.Live))
        {
            await _refill.RunAsync(node, NodeDebt.OfEverything(), cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _seal.Dispose();
        _stop.Dispose();
    }

    /// <summary>One after the other, not by <see cref="Task.WhenAll(Task[])"/>, which would complete in the pool whatever the scheduler.</summary>
    private async Task TriedAsync()
    {
        foreach (var keeper in _keepers)
        {
            await keeper.Tried;
        }
    }

    private void Receive(ReadOnlyMemory<byte> message)
    {
        // Every node tells the same in the same order, each on a thread of its own. Told under the lock, a change that came
        // first over one node cannot be overtaken by a later one over another.
        lock (_telling)
        {
            if (_filter.IsFirst(message.Span) && FlowChangeCodec.Decode(message.Span) is { } change)
            {
                Changed?.Invoke(change);
            }
        }
    }

    /// <summary>True if at least one node has the write; false means unprotected (see <see cref="UnavailablePolicy"/>).</summary>
    private ValueTask<bool> WriteAsync(
        FlowId id, ulong fence, string script, RedisKey[] keys, RedisValue[] values, CancellationToken cancellationToken) =>
        WriteAsync(id, fence, script, keys, values, survives: false, cancellationToken);

    /// <summary>The same; if it <paramref name="survives"/>, on another machine than this (see <see cref="Quorum.WriteAsync"/>).</summary>
    private ValueTask<bool> WriteAsync(
        FlowId id, ulong fence, string script, RedisKey[] keys, RedisValue[] values, bool survives, CancellationToken cancellationToken) =>
        new(Elsewhere.AfterAsync(WriteOnReceiverAsync(id, fence, script, keys, values, survives, cancellationToken)));

    /// <summary>As <see cref="WriteAsync"/>, but it completes on the thread that receives the answers: who awaits it must be
    /// quick and not wait for the store.</summary>
    private Task<bool> WriteOnReceiverAsync(
        FlowId id, ulong fence, string script, RedisKey[] keys, RedisValue[] values, bool survives, CancellationToken cancellationToken) =>
        _tried.IsCompleted
            ? _quorum.WriteAsync(id, fence, script, keys, values, survives, cancellationToken)
            : WriteWhenTriedAsync(id, fence, script, keys, values, survives, cancellationToken);

    private async Task<bool> WriteWhenTriedAsync(
        FlowId id, ulong fence, string script, RedisKey[] keys, RedisValue[] values, bool survives, CancellationToken cancellationToken)
    {
        await _tried.WaitAsync(cancellationToken);
        return await _quorum.WriteAsync(id, fence, script, keys, values, survives, cancellationToken);
    }

    private async Task<IReadOnlyList<RedisResult>> ReadAsync(
        string script, RedisKey[] keys, RedisValue[] values, CancellationToken cancellationToken)
    {
        await _tried.WaitAsync(cancellationToken);
        return await Elsewhere.AfterAsync(_quorum.ReadAsync(script, keys, values, cancellationToken));
    }
}
