namespace Splice.Daemon.Takeover;

/// <summary>Whether this proxy has the virtual address now. Written by the address watcher only.</summary>
public sealed class ActiveState
{
    private volatile bool _isActive;

    public bool IsActive
    {
        get => _isActive;
        internal set => _isActive = value;
    }
}
