namespace Splice.Daemon.Takeover;

/// <summary>Whether this proxy has the virtual address now. Written by the address watcher only.</summary>
public sealed class ActiveState : IDisposable
{
    private volatile bool _isActive;
    private CancellationTokenSource _departed = new();

    public bool IsActive
    {
        get => _isActive;
        internal set
        {
            _isActive = value;
            if (!value)
            {
                Interlocked.Exchange(ref _departed, new CancellationTokenSource()).Cancel();
            }
        }
    }

    /// <summary>Cancelled when the address leaves the next time: what is under way for it then has lost its client.</summary>
    public CancellationToken Departed => Volatile.Read(ref _departed).Token;

    public void Dispose() => _departed.Dispose();
}
