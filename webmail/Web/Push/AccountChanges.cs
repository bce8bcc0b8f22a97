namespace Webmail.Web.Push;

/// <summary>Who on this backend wants to hear of which account's changes. Guarded by its own lock.</summary>
internal sealed class AccountChanges
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, List<ChangeSubscription>> _subscriptions = new(StringComparer.Ordinal);

    public bool HasRoom(string account)
    {
        lock (_lock)
        {
            return !_subscriptions.TryGetValue(account, out var others) || others.Count < PushLimits.StreamsMax;
        }
    }

    public ChangeSubscription Subscribe(string account)
    {
        var subscription = new ChangeSubscription(ended => Remove(account, ended));
        lock (_lock)
        {
            if (!_subscriptions.TryGetValue(account, out var others))
            {
                _subscriptions[account] = others = [];
            }

            others.Add(subscription);
        }

        return subscription;
    }

    public void Tell(string account)
    {
        lock (_lock)
        {
            _subscriptions.GetValueOrDefault(account)?.ForEach(subscription => subscription.Tell());
        }
    }

    /// <summary>Something may have changed unheard.</summary>
    public void TellAll()
    {
        lock (_lock)
        {
            _subscriptions.Values.SelectMany(subscriptions => subscriptions).ToList().ForEach(subscription => subscription.Tell());
        }
    }

    private void Remove(string account, ChangeSubscription subscription)
    {
        lock (_lock)
        {
            var others = _subscriptions[account];
            others.Remove(subscription);
            if (others.Count == 0)
            {
                _subscriptions.Remove(account);
            }
        }
    }
}
