namespace Splice.Store;

/// <summary>
/// How long the answers to one question are waited for: until all have come, or those that have not are from nodes that are silent. A
/// node that answers others is busy, not dead: its turn comes.
/// </summary>
/// <remarks>While another live node has answered, silence is judged soon; otherwise perhaps we are the slow one, and to give up the last
/// node is to go on unprotected: patience is longer.</remarks>
internal sealed class AnswerWait(IReadOnlyList<NodeConnection> nodes, StoreOptions options, TimeProvider time)
{
    /// <summary>A node that has been silent already when it is asked is not waited for much longer than the first tick.</summary>
    private const int TicksOfTimeout = 5;
    private readonly bool _noneIsElsewhere = nodes.All(node => !node.IsElsewhere);

    /// <param name="pending">By node; null where none was asked.</param>
    /// <param name="survives">One on this machine is not another, if there is one elsewhere: who is silent is waited for with the longer
    /// patience, or until somebody else has found it dead.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task WaitAsync(Task<StoreAnswer>?[] pending, bool survives, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        var from = 0L;
        var tick = options.NodeTimeout / TicksOfTimeout;
        Task all = Task.WhenAll(pending.OfType<Task<StoreAnswer>>());
        while (!all.IsCompleted)
        {
            var asked = time.GetTimestamp();
            await all.WaitAsync(tick, time, cancellationToken)
                .ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
            cancellationToken.ThrowIfCancellationRequested();
            if (time.GetElapsedTime(asked) > tick + options.NodeTimeout && time.GetElapsedTime(start) < options.UnavailableTimeout)
            {
                // It is we who did not run: the answer may lie here unread.
                from = time.GetTimestamp();
            }

            if (!all.IsCompleted && IsEnough(pending, survives, from))
            {
                return;
            }
        }
    }

    private bool IsEnough(Task<StoreAnswer>?[] pending, bool survives, long from)
    {
        NodeConnection[] answered = [.. Nodes(pending, answered: true).Where(node => node.State == NodeState.Live)];
        var least = answered.Any(node => !survives || node.IsElsewhere || _noneIsElsewhere) ? options.NodeTimeout : options.UnavailableTimeout;
        return Nodes(pending, answered: false).All(
            node => (answered.Length > 0 && node.State == NodeState.Away) || node.IsSilent(from, least));
    }

    private IEnumerable<NodeConnection> Nodes(Task<StoreAnswer>?[] pending, bool answered) =>
        nodes.Where((_, i) => pending[i] is { } task && task.IsCompleted == answered);
}
