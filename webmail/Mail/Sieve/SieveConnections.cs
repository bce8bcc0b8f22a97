namespace Webmail.Mail.Sieve;

/// <summary>The idle connections of one account, and its turn-taking. Guarded by its own lock.</summary>
internal sealed class SieveConnections(int connectionsMax) : IDisposable
{
    private readonly SemaphoreSlim _turns = new(connectionsMax);
    private readonly Lock _lock = new();
    private readonly List<SieveConnection> _idle = [];

    public Task EnterAsync(CancellationToken cancellationToken) => _turns.WaitAsync(cancellationToken);

    public void Leave() => _turns.Release();

    /// <summary>The connection used last.</summary>
    public SieveConnection? Take()
    {
        lock (_lock)
        {
            var taken = _idle.LastOrDefault();
            if (taken is not null)
            {
                _idle.Remove(taken);
            }

            return taken;
        }
    }

    public void Put(SieveConnection connection)
    {
        lock (_lock)
        {
            _idle.Add(connection);
        }
    }

    public void Expire(DateTimeOffset oldest)
    {
        List<SieveConnection> expired;
        lock (_lock)
        {
            expired = _idle.FindAll(connection => connection.IdleSince < oldest);
            _idle.RemoveAll(expired.Contains);
        }

        expired.ForEach(connection => connection.LogOut());
    }

    public void Dispose()
    {
        Expire(DateTimeOffset.MaxValue);
        _turns.Dispose();
    }
}
