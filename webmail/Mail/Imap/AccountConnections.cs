namespace Webmail.Mail.Imap;

/// <summary>The idle connections of one account, and its turn-taking. Guarded by its own lock.</summary>
internal sealed class AccountConnections(int connectionsMax) : IDisposable
{
    private readonly SemaphoreSlim _turns = new(connectionsMax);
    private readonly Lock _lock = new();
    private readonly List<ImapConnection> _idle = [];

    public Task EnterAsync(CancellationToken cancellationToken) => _turns.WaitAsync(cancellationToken);

    public void Leave() => _turns.Release();

    /// <summary>The idle connection with this mailbox open, else the one used last.</summary>
    public ImapConnection? Take(string? mailbox)
    {
        lock (_lock)
        {
            if (_idle.Count == 0)
            {
                return null;
            }

            var index = mailbox is null ? -1 : _idle.FindLastIndex(connection => connection.OpenMailbox == mailbox);
            index = index < 0 ? _idle.Count - 1 : index;
            var taken = _idle[index];
            _idle.RemoveAt(index);
            return taken;
        }
    }

    public void Put(ImapConnection connection)
    {
        lock (_lock)
        {
            _idle.Add(connection);
        }
    }

    public void Expire(DateTimeOffset oldest)
    {
        List<ImapConnection> expired;
        lock (_lock)
        {
            expired = _idle.FindAll(connection => connection.IdleSince < oldest);
            _idle.RemoveAll(expired.Contains);
        }

        expired.ForEach(connection => connection.Dispose());
    }

    public void Dispose()
    {
        Expire(DateTimeOffset.MaxValue);
        _turns.Dispose();
    }
}
