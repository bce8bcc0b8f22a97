using Webmail.Mail.Seams;

namespace Webmail.Web.Following;

/// <summary>The accounts that this backend's streams want followed. Guarded by its own lock.</summary>
internal sealed class WantedAccounts : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, WantedAccount> _accounts = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _added = new(0, 1);

    /// <summary>The account is wanted until the result is disposed of.</summary>
    public IDisposable Add(string account, Credentials credentials)
    {
        lock (_lock)
        {
            var known = _accounts.GetValueOrDefault(account);
            _accounts[account] = new WantedAccount(credentials, (known?.Streams ?? 0) + 1, known is { IsRefused: true } && known.Credentials == credentials);
            if (_added.CurrentCount == 0)
            {
                _added.Release();
            }
        }

        return new Want(() => Remove(account));
    }

    /// <summary>Returns when something was added since it last returned.</summary>
    public Task WaitAsync(CancellationToken cancellationToken) => _added.WaitAsync(cancellationToken);

    /// <summary>Those that can be followed.</summary>
    public Dictionary<string, Credentials> List()
    {
        lock (_lock)
        {
            return _accounts.Where(pair => !pair.Value.IsRefused).ToDictionary(pair => pair.Key, pair => pair.Value.Credentials);
        }
    }

    /// <summary>Not with these.</summary>
    public void Refuse(string account, Credentials credentials)
    {
        lock (_lock)
        {
            if (_accounts.TryGetValue(account, out var known) && known.Credentials == credentials)
            {
                _accounts[account] = known with { IsRefused = true };
            }
        }
    }

    public void Dispose() => _added.Dispose();

    private void Remove(string account)
    {
        lock (_lock)
        {
            var known = _accounts[account];
            if (known.Streams > 1)
            {
                _accounts[account] = known with { Streams = known.Streams - 1 };
            }
            else
            {
                _accounts.Remove(account);
            }
        }
    }

    private sealed class Want(Action end) : IDisposable
    {
        public void Dispose() => end();
    }
}
