namespace Webmail.Web.Push;

/// <summary>What one stream hears of its account's changes: that there are some, however many.</summary>
internal sealed class ChangeSubscription(Action<ChangeSubscription> end) : IDisposable
{
    private readonly SemaphoreSlim _told = new(0, 1);
    private readonly Lock _telling = new();

    /// <summary>Returns when something has changed since it last returned, or after the time.</summary>
    public Task WaitAsync(TimeSpan atMost, CancellationToken cancellationToken) => _told.WaitAsync(atMost, cancellationToken);

    public void Tell()
    {
        lock (_telling)
        {
            if (_told.CurrentCount == 0)
            {
                _told.Release();
            }
        }
    }

    public void Dispose()
    {
        end(this);
        _told.Dispose();
    }
}
