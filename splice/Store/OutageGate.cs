namespace Splice.Store;

/// <summary>
/// Holds writes back, in the order of their calls, while no node takes any: two nodes that die soon after each other leave a
/// moment between the death of the second and the return of the first. Whoever went on in it would be unprotected for the
/// rest of his request. An outage that lasts longer is no such moment, and nothing waits any more until it is over.
/// </summary>
internal sealed class OutageGate(IReadOnlyList<NodeConnection> nodes, TimeSpan patience, TimeProvider time)
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(2);
    private readonly Lock _lock = new();
    private readonly Queue<Action> _held = new();
    private volatile bool _holding;
    private long _outageBegan;

    /// <summary>True if a write need not wait: what nearly always is so, and costs next to nothing.</summary>
    public bool IsOpen => !_holding && Passes();

    /// <summary>Makes the write now or, in its turn, when a node takes writes again or patience is at its end.</summary>
    public Task<bool> PassAsync(Func<Task<bool>> write)
    {
        lock (_lock)
        {
            if (IsOpen)
            {
                return write();
            }

            var held = new TaskCompletionSource<Task<bool>>(TaskCreationOptions.RunContinuationsAsynchronously);
            _held.Enqueue(() => held.SetResult(write()));
            if (!_holding)
            {
                _holding = true;
                _ = HoldAsync();
            }

            return InTurnAsync(held.Task);
        }
    }

    /// <summary>Waits until a node can be asked, no longer than patience allows.</summary>
    public async Task WaitAsync(CancellationToken cancellationToken)
    {
        while (!Passes())
        {
            await Task.Delay(Poll, time, cancellationToken);
        }
    }

    private static async Task<bool> InTurnAsync(Task<Task<bool>> turn) => await await turn;

    private bool Passes()
    {
        foreach (var node in nodes)
        {
            if (node.State != NodeState.Away)
            {
                EndOutage();
                return true;
            }
        }

        var now = time.GetTimestamp();
        var began = Interlocked.CompareExchange(ref _outageBegan, now, 0);
        return began != 0 && time.GetElapsedTime(began, now) > patience;
    }

    /// <summary>Writes only if there was one: every write of every flow passes here.</summary>
    private void EndOutage()
    {
        if (Interlocked.Read(ref _outageBegan) != 0)
        {
            Interlocked.Exchange(ref _outageBegan, 0);
        }
    }

    private async Task HoldAsync()
    {
        await WaitAsync(CancellationToken.None);
        lock (_lock)
        {
            while (_held.TryDequeue(out var write))
            {
                write();
            }

            _holding = false;
        }
    }
}
