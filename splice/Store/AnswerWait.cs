namespace Splice.Store;

/// <summary>
/// How long the answers to one question are waited for: until all have come, or those that have not are from nodes that are late or
/// silent. A node that answers others is busy, not dead: its turn comes.
/// </summary>
/// <remarks>While another live node has answered, lateness is judged soon, and once for all who ask. Otherwise perhaps we are the slow
/// one, and to give up the last node is to go on unprotected: patience is longer.</remarks>
internal sealed class AnswerWait(IReadOnlyList<NodeConnection> nodes, StoreOptions options, TimeProvider time)
{
    /// <param name="pending">By node; null where none was asked.</param>
    /// <param name="survives">A live node counts only if it is on another machine.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task WaitAsync(Task<StoreAnswer>?[] pending, bool survives, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        var began = start;
        while (pending.Any(task => task is { IsCompleted: false }) && !IsEnough(pending, survives, began))
        {
            var asked = time.GetTimestamp();
            await Task.WhenAll(Awaited(pending)).WaitAsync(options.NodeTimeout, time, cancellationToken)
                .ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
            cancellationToken.ThrowIfCancellationRequested();
            if (time.GetElapsedTime(asked) > 2 * options.NodeTimeout && time.GetElapsedTime(start) < options.UnavailableTimeout)
            {
                // It is we who did not run: the answer may lie here unread.
                began = time.GetTimestamp();
            }
        }
    }

    /// <summary>Those that have not answered and may soon; if they are all late, those.</summary>
    private Task[] Awaited(Task<StoreAnswer>?[] pending)
    {
        Task[] prompt = [.. pending.Where((task, i) => task is { IsCompleted: false } && !nodes[i].IsLate).OfType<Task>()];
        return prompt.Length > 0 ? prompt : [.. pending.OfType<Task>()];
    }

    private bool IsEnough(Task<StoreAnswer>?[] pending, bool survives, long began)
    {
        NodeConnection[] answered = [.. Nodes(pending, answered: true).Where(node => node.State == NodeState.Live)];
        NodeConnection[] silent = [.. Nodes(pending, answered: false)];
        if (!answered.Any(node => !survives || IsElsewhere(node)))
        {
            // Who was found dead by its keeper was waited for long enough, unless there is no other.
            return silent.All(node => (answered.Length > 0 && node.State == NodeState.Away) || node.IsSilent(began, options.UnavailableTimeout));
        }

        if (!silent.All(node => node.IsLate || node.State == NodeState.Away || node.IsSilent(began, options.NodeTimeout)))
        {
            return false;
        }

        foreach (var node in silent.Where(node => node.State != NodeState.Away))
        {
            node.FindLate();
        }

        return true;
    }

    /// <summary>It outlives this machine; or none does.</summary>
    private bool IsElsewhere(NodeConnection node) =>
        node.Node.Name != options.Machine || nodes.All(other => other.Node.Name == options.Machine);

    private IEnumerable<NodeConnection> Nodes(Task<StoreAnswer>?[] pending, bool answered) =>
        nodes.Where((_, i) => pending[i] is { } task && task.IsCompleted == answered);
}
