namespace Webmail.Mail.Connections;

/// <summary>The idle connections of one account, and its turn-taking. Guarded by its own lock.</summary>
internal sealed class AccountConnections<T>(int connectionsMax) : IDisposable
    where T : class, IKeptConnection
{
    private readonly SemaphoreSlim _turns = new(connectionsMax);
    private readonly Lock _lock = new();
    private readonly List<T> _idle = [];
    private int _users;
    private bool _isRetired;

    /// <summary>Announces a question; false if the pool has let go of this object meanwhile.</summary>
    public bool TryJoin()
    {
        lock (_lock)
        {
            _users += _isRetired ? 0 : 1;
            return !_isRetired;
        }
    }

    public void Part()
    {
        lock (_lock)
        {
            _users--;
        }
    }

    /// <summary>True, for good, if nobody asks anything and nothing is kept: whoever tries passwords must not fill the memory.</summary>
    public bool TryRetire()
    {
        lock (_lock)
        {
            return _isRetired = _users == 0 && _idle.Count == 0;
        }
    }

    public Task EnterAsync(CancellationToken cancellationToken) => _turns.WaitAsync(cancellationToken);

    public void Leave() => _turns.Release();

    /// <summary>The preferred idle connection, else the one used last.</summary>
    public T? Take(Predicate<T>? preferred)
    {
        lock (_lock)
        {
            if (_idle.Count == 0)
            {
                return null;
            }

            var index = preferred is null ? -1 : _idle.FindLastIndex(preferred);
            index = index < 0 ? _idle.Count - 1 : index;
            var taken = _idle[index];
            _idle.RemoveAt(index);
            return taken;
        }
    }

    public void Put(T connection)
    {
        lock (_lock)
        {
            _idle.Add(connection);
        }
    }

    public void Expire(DateTimeOffset oldest)
    {
        List<T> expired;
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
