namespace Splice.Store;

/// <summary>That a node is no longer trusted, told to its keeper but never on the thread that found it out.</summary>
internal sealed class Suspicion
{
    private readonly TaskCompletionSource _raised = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Suspicion() => Raised = RaisedAsync();

    public bool IsRaised => _raised.Task.IsCompleted;

    /// <summary>Completes in the scheduler that made this, also for <see cref="Task.WhenAny(Task[])"/>.</summary>
    public Task Raised { get; }

    public void Raise() => _raised.TrySetResult();

    private async Task RaisedAsync() => await _raised.Task;
}
