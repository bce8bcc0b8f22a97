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
    private long _unprotectedLogged;

    /// <summary>Sends before it returns, or in the order of the calls. Completes with true if at least one node has the write.</summary>
    public Task<bool> WriteAsync(
        FlowId flow, ulong fence, string script, RedisKey[] keys, RedisValue[] values, CancellationToken cancellationToken) =>
        _gate.IsOpen
            ? SendAsync(flow, fence, script, keys, values, cancellationToken)
            : HeldAsync(flow, fence, script, keys, values, cancellationToken);

    /// <summary>The answers of the live nodes, at least one.</summary>
    public async Task<IReadOnlyList<RedisResult>> ReadAsync(
        string script, RedisKey[] keys, RedisValue[] values, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        var asked = nodes.Any(node => node.State == NodeState.Live) ? NodeState.Live : NodeState.Refilling;
        var pending = new Task<StoreAnswer>?[nodes.Count];
        for (var i = 0; i < nodes.Count; i++)
        {
            pending[i] = nodes[i].State == asked ? nodes[i].SendAsync(script, keys, values, write: false) : null;
        }

        await WaitAsync(pending, cancellationToken);
        var answers = new List<RedisResult>(nodes.Count);
        for (var i = 0; i < nodes.Count; i++)
        {
            if (Answer(i, pending[i]) is { Kind: AnswerKind.Ok, Result: { } result })
            {
                answers.Add(result);
            }
        }

        return answers.Count > 0 ? answers : throw Unavailable();
    }

    /// <summary>Apart, so that only a write that waits pays for what remembers it.</summary>
    private Task<bool> HeldAsync(
        FlowId flow, ulong fence, string script, RedisKey[] keys, RedisValue[] values, CancellationToken cancellationToken) =>
        _gate.PassAsync(() => SendAsync(flow, fence, script, keys, values, cancellationToken));

    private Task<bool> SendAsync(
        FlowId flow, ulong fence, string script, RedisKey[] keys, RedisValue[] values, CancellationToken cancellationToken)
    {
        var pending = new Task<StoreAnswer>?[nodes.Count];
        for (var i = 0; i < nodes.Count; i++)
        {
            pending[i] = nodes[i].State == NodeState.Away ? null : nodes[i].SendAsync(script, keys, values, write: true);
        }

        // Only now, so that a refill which takes this note reads from the others after our write to them.
        for (var i = 0; i < nodes.Count; i++)
        {
            if (pending[i] is null)
            {
                nodes[i].Missed(flow);
            }
        }

        return SettleAsync(flow, fence, pending, cancellationToken);
    }

    private async Task<bool> SettleAsync(
        FlowId flow, ulong fence, Task<StoreAnswer>?[] pending, CancellationToken cancellationToken)
    {
        await WaitAsync(pending, cancellationToken);
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

    /// <summary>Until all have answered, or those that have not are silent. A node that answers others is busy, not dead: its turn
    /// comes. While another live one has answered, silence is judged soon; otherwise perhaps we are the slow one, and to give up
    /// the last node is to go on unprotected: patience is longer.</summary>
    private async Task WaitAsync(Task<StoreAnswer>?[] pending, CancellationToken cancellationToken)
    {
        Task all = Task.WhenAll(pending.OfType<Task<StoreAnswer>>());
        var start = time.GetTimestamp();
        var began = start;
        while (!all.IsCompleted)
        {
            var asked = time.GetTimestamp();
            await all.WaitAsync(options.NodeTimeout, time, cancellationToken)
                .ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
            cancellationToken.ThrowIfCancellationRequested();
            if (time.GetElapsedTime(asked) > 2 * options.NodeTimeout && time.GetElapsedTime(start) < options.UnavailableTimeout)
            {
                // It is we who did not run: the answer may lie here unread.
                began = time.GetTimestamp();
            }

            var another = Nodes(pending, answered: true).Any(node => node.State == NodeState.Live);
            var least = another ? options.NodeTimeout : options.UnavailableTimeout;
            if (Nodes(pending, answered: false).All(node => node.IsSilent(began, least)))
            {
                return;
            }
        }
    }

    private IEnumerable<NodeConnection> Nodes(Task<StoreAnswer>?[] pending, bool answered) =>
        nodes.Where((_, i) => pending[i] is { } task && task.IsCompleted == answered);

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
