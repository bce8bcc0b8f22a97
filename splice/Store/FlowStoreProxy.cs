using System.Runtime.CompilerServices;
using Splice.Wire;
using StackExchange.Redis;

namespace Splice.Store;

/// <summary>What proxies ask of the store.</summary>
public sealed partial class FlowStore
{
    /// <summary>A scan that waits for each answer by itself takes minutes for a million flows, and a starting proxy waits for it;
    /// more at once would keep the nodes from those who write for clients.</summary>
    private const int ReadsAheadMax = 64;

    /// <summary>Sets the record and the fence, appends input, and tells every proxy.</summary>
    /// <returns>True if at least one node has it; false: served unprotected.</returns>
    /// <exception cref="FenceException">The flow has a newer owner, or is over.</exception>
    /// <exception cref="InputLogFullException">The record is committed, the input is not.</exception>
    public ValueTask<bool> CommitAsync(
        FlowRecord record, ulong inputOffset, ReadOnlyMemory<byte> input, CancellationToken cancellationToken) =>
        WriteAsync(
            record.Id,
            record.Fence,
            StoreScripts.Commit,
            [FlowKeys.Flow(record.Id), FlowKeys.Input(record.Id)],
            [
                record.Fence.ToString(), _expiry, FlowRecordCodec.Encode(record), inputOffset.ToString(), input,
                _options.InputBytesMax, FlowKeys.Channel, FlowChangeCodec.Encode(new FlowChange.Committed(record)),
            ],
            cancellationToken);

    /// <summary>From now on writes with an older fence fail, and nobody else gets this one.</summary>
    /// <exception cref="FenceException">Somebody has raised it so far or farther, or the flow is over.</exception>
    public ValueTask<bool> RaiseFenceAsync(FlowId id, ulong fence, CancellationToken cancellationToken) =>
        WriteAsync(
            id, fence, StoreScripts.RaiseFence, [FlowKeys.Flow(id), FlowKeys.Input(id)], [fence.ToString(), _expiry, $"{fence} {_raiser}"], cancellationToken);

    /// <summary>The same, and what <see cref="ReadInputPieceAsync"/> gives, as it is when the fence is raised: what it says of the
    /// request stays true.</summary>
    /// <exception cref="FenceException">Somebody has raised it so far or farther, or the flow is over.</exception>
    /// <exception cref="StoreUnavailableException">No node answered.</exception>
    /// <exception cref="InputTrimmedException">The fence is raised, and the log begins later: its request is over.</exception>
    public async ValueTask<InputPiece> RaiseFenceAsync(FlowId id, ulong fence, ulong fromOffset, CancellationToken cancellationToken)
    {
        await _tried.WaitAsync(cancellationToken);
        return Piece(id, fromOffset, await Elsewhere.AfterAsync(_quorum.WriteAndReadAsync(
            id,
            fence,
            StoreScripts.RaiseFence,
            [FlowKeys.Flow(id), FlowKeys.Input(id)],
            [fence.ToString(), _expiry, $"{fence} {_raiser}", fromOffset.ToString()],
            cancellationToken)));
    }

    /// <summary>Everything of the flow expires anew. Writes do so only for what they touch: a long answer leaves its request to age.</summary>
    /// <exception cref="FenceException">The flow has a new owner, or is over.</exception>
    /// <exception cref="StoreUnavailableException">No node took it, and the policy is to refuse.</exception>
    public ValueTask<bool> RenewAsync(FlowId id, ulong fence, CancellationToken cancellationToken) =>
        WriteAsync(id, fence, StoreScripts.Renew, FlowKeys.All(id), [fence.ToString(), _expiry], cancellationToken);

    /// <summary>The flow is over. Late writes to it fail.</summary>
    public ValueTask<bool> RemoveAsync(FlowId id, ulong fence, CancellationToken cancellationToken) =>
        WriteAsync(
            id,
            fence,
            StoreScripts.Remove,
            FlowKeys.All(id),
            [
                fence.ToString(), (long)TombstoneExpiry.TotalMilliseconds, HighestFence, FlowKeys.Channel,
                FlowChangeCodec.Encode(new FlowChange.Removed(id)),
            ],
            cancellationToken);

    /// <summary>What the live nodes know together; null if none knows the flow, or it is over.</summary>
    /// <exception cref="StoreUnavailableException">No node answered.</exception>
    public async ValueTask<FlowSnapshot?> ReadAsync(FlowId id, CancellationToken cancellationToken)
    {
        var answers = await ReadAsync(SnapshotMerge.ReadFlow, [FlowKeys.Flow(id)], [], cancellationToken);
        var merged = SnapshotMerge.Merge(id, answers.Select(answer => (RedisValue[])answer!));
        return merged is { Fence: >= RemovedFence } ? null : merged;
    }

    /// <summary>Every flow with a record, once.</summary>
    /// <exception cref="StoreUnavailableException">Thrown at the end if there may be more: of the nodes none lived all the time and has
    /// everything.</exception>
    public async IAsyncEnumerable<FlowRecord> ScanAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await _tried.WaitAsync(cancellationToken);
        var flows = new HashSet<FlowId>();
        var whole = new List<NodeConnection>();
        foreach (var node in _nodes.Where(node => node.State == NodeState.Live))
        {
            var lacked = node.LacksFlows;
            var told = await NodeRefill.ScanAsync(node, cancellationToken);
            flows.UnionWith(told ?? []);
            if (told is not null && !lacked)
            {
                whole.Add(node);
            }
        }

        var reads = new Queue<Task<FlowSnapshot?>>(ReadsAheadMax);
        foreach (var flow in flows)
        {
            reads.Enqueue(ReadAsync(flow, cancellationToken).AsTask());
            if (reads.Count == ReadsAheadMax && await reads.Dequeue() is { Record: { } record })
            {
                yield return record;
            }
        }

        while (reads.TryDequeue(out var read))
        {
            if (await read is { Record: { } record })
            {
                yield return record;
            }
        }

        if (!whole.Any(node => node.State == NodeState.Live))
        {
            throw _quorum.Unavailable();
        }
    }
}
