using Microsoft.Extensions.Logging;
using Splice.Wire;
using StackExchange.Redis;

namespace Splice.Store;

/// <summary>
/// Sends to every node and waits for every live one, within reason: a node that is late after another has answered is
/// skipped. Nodes are independent; there is no majority, the name only says that one answer is enough.
/// </summary>
internal sealed class Quorum(IReadOnlyList<NodeConnection> nodes, StoreOptions options, TimeProvider time, ILogger log)
{
    private readonly OutageGate _gate = new(nodes, options.UnavailableTimeout, time);
    private readonly AnswerWait _wait = new(nodes, options, time);
    private long _unprotectedLogged;

    /// <summary>Sends before it returns, or in the order of the calls. Completes with true if at least one node has the write.</summary>
    /// <param name="flow">The flow that is written to.</param>
    /// <param name="fence">Its owner's.</param>
    /// <param name="script">One of <see cref="StoreScripts"/>.</param>
    /// <param name="keys">Its keys.</param>
    /// <param name="values">Its arguments.</param>
    /// <param name="survives">Whoever is told of it forgets what was written: a late node is waited for until it is dead if no other than
    /// this machine's own has it, for the write must outlive this machine.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task<bool> WriteAsync(
        FlowId flow, ulong fence, string script, RedisKey[] keys, RedisValue[] values, bool survives, CancellationToken cancellationToken) =>
        WriteAsync(flow, fence, script, keys, values, survives, told: null, cancellationToken);

    /// <summary>A write that also reads: the answers of the live nodes, at least one.</summary>
    public async Task<IReadOnlyList<RedisResult>> WriteAndReadAsync(
        FlowId flow, ulong fence, string script, RedisKey[] keys, RedisValue[] values, CancellationToken cancellationToken)
    {
        var told = new Task<StoreAnswer>?[nodes.Count];
        await WriteAsync(flow, fence, script, keys, values, survives: false, told, cancellationToken);
        return Results(told);
    }

    /// <summary>The answers of the live nodes, at least one.</summary>
    public async Task<IReadOnlyList<RedisResult>> ReadAsync(
        string script, RedisKey[] keys, RedisValue[] values, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        var asked = Believed;
        var pending = new Task<StoreAnswer>?[nodes.Count];
        for (var i = 0; i < nodes.Count; i++)
        {
            pending[i] = nodes[i].State == asked ? nodes[i].SendAsync(script, keys, values, write: false) : null;
        }

        await _wait.WaitAsync(pending, survives: false, cancellationToken);
        return Results(pending);
    }

    /// <summary>Which nodes are believed: one that is being refilled lacks something, but knows more than none.</summary>
    private NodeState Believed => nodes.Any(node => node.State == NodeState.Live) ? NodeState.Live : NodeState.Refilling;

    /// <exception cref="StoreUnavailableException">There is none.</exception>
    private List<RedisResult> Results(Task<StoreAnswer>?[] answers)
    {
        var results = new List<RedisResult>(nodes.Count);
        for (var i = 0; i < nodes.Count; i++)
        {
            if (Answer(i, answers[i]) is { Kind: AnswerKind.Ok, Result: { } result })
            {
                results.Add(result);
            }
        }

        return results.Count > 0 ? results : throw Unavailable();
    }

    private Task<bool> WriteAsync(
        FlowId flow, ulong fence, string script, RedisKey[] keys, RedisValue[] values, bool survives, Task<StoreAnswer>?[]? told,
        CancellationToken cancellationToken) =>
        _gate.IsOpen
            ? SendAsync(flow, fence, script, keys, values, survives, told, cancellationToken)
            : HeldAsync(flow, fence, script, keys, values, survives, told, cancellationToken);

    /// <summary>Apart, so that only a write that waits pays for what remembers it.</summary>
    private Task<bool> HeldAsync(
        FlowId flow, ulong fence, string script, RedisKey[] keys, RedisValue[] values, bool survives, Task<StoreAnswer>?[]? told,
        CancellationToken cancellationToken) =>
        _gate.PassAsync(() => SendAsync(flow, fence, script, keys, values, survives, told, cancellationToken));

    /// <param name="flow">As with <see cref="WriteAsync"/>, and so the others.</param>
    /// <param name="fence">Its owner's.</param>
    /// <param name="script">What to run.</param>
    /// <param name="keys">Its keys.</param>
    /// <param name="values">Its arguments.</param>
    /// <param name="survives">Waits longer.</param>
    /// <param name="told">Gets the answers of the nodes that are believed; null if they are not wanted.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    private Task<bool> SendAsync(
        FlowId flow, ulong fence, string script, RedisKey[] keys, RedisValue[] values, bool survives, Task<StoreAnswer>?[]? told,
        CancellationToken cancellationToken)
    {
        var pending = new Task<StoreAnswer>?[nodes.Count];
        var believed = told is null ? NodeState.Away : Believed;
        for (var i = 0; i < nodes.Count; i++)
        {
            var state = nodes[i].State;
            pending[i] = state == NodeState.Away ? null : nodes[i].SendAsync(script, keys, values, write: true);
            if (told is not null)
            {
                told[i] = state == believed ? pending[i] : null;
            }
        }

        // Only now, so that a refill which takes this note reads from the others after our write to them.
        for (var i = 0; i < nodes.Count; i++)
        {
            if (pending[i] is null)
            {
                nodes[i].Missed(flow);
            }
        }

        return SettleAsync(flow, fence, pending, survives, cancellationToken);
    }

    private async Task<bool> SettleAsync(
        FlowId flow, ulong fence, Task<StoreAnswer>?[] pending, bool survives, CancellationToken cancellationToken)
    {
        await _wait.WaitAsync(pending, survives, cancellationToken);
        var written = 0;
        var gaps = 0;
        var full = false;
        for (var i = 0; i < pending.Length; i++)
        {
            var answer = Answer(i, pending[i]);
            switch (answer?.Kind)
            {
                case AnswerKind.Ok:
                    written++;
                    break;
                case AnswerKind.OlderFence:
                    throw new FenceException(flow, fence, answer.Value.Detail);
                case AnswerKind.Full:
                    full = true;
                    break;
                case AnswerKind.Gap:
                    gaps++;
                    break;
                default:
                    nodes[i].Missed(flow);
                    break;
            }
        }

        if (full)
        {
            throw new InputLogFullException(flow, options.InputBytesMax);
        }

        if (written > 0 && gaps > 0)
        {
            SuspectGaps(flow, pending);
        }

        return written > 0 || Unprotected(flow);
    }

    private void SuspectGaps(FlowId flow, Task<StoreAnswer>?[] pending)
    {
        for (var i = 0; i < pending.Length; i++)
        {
            if (Answer(i, pending[i])?.Kind == AnswerKind.Gap)
            {
                // One that is being refilled lacks what the refill has not come to yet: it is given this, too, before it counts.
                if (nodes[i].State == NodeState.Live)
                {
                    nodes[i].Suspect($"it missed an earlier write to flow {flow}");
                }

                nodes[i].Missed(flow);
            }
        }
    }

    private StoreAnswer? Answer(int i, Task<StoreAnswer>? pending)
    {
        if (pending is null)
        {
            return null;
        }

        if (!pending.IsCompleted)
        {
            nodes[i].Suspect("it is silent");
            return StoreAnswer.Unreachable("late");
        }

        var answer = pending.Result;
        if (answer.Kind == AnswerKind.Unreachable)
        {
            nodes[i].Suspect(answer.Detail);
        }

        return answer;
    }

    private bool Unprotected(FlowId flow)
    {
        if (options.WhenUnavailable == UnavailablePolicy.Refuse)
        {
            throw Unavailable();
        }

        // Once a second is loud enough; every write would drown the reason.
        var now = time.GetTimestamp();
        var last = Interlocked.Read(ref _unprotectedLogged);
        if ((last == 0 || time.GetElapsedTime(last, now) > TimeSpan.FromSeconds(1))
            && Interlocked.CompareExchange(ref _unprotectedLogged, now, last) == last)
        {
            log.LogError(
                "flow {Flow} and others are served UNPROTECTED: no store node has their state; bring a store node back", flow);
        }

        return false;
    }

    public StoreUnavailableException Unavailable() =>
        new(string.Join(", ", nodes.Select(node => $"{node.Node.Name} {node.Node.EndPoint}")));
}
