namespace Webmail.Web.Sessions;

/// <summary>
/// Slows down guessing: after some failures for one account from one address, and after more for one account from
/// anywhere or one address for any, further attempts wait. Per process: an attacker gets this much at each backend.
/// </summary>
public sealed class FailedSignIns(TimeProvider time)
{
    public const int PerPairMax = 10;
    public const int PerAccountMax = 50;
    public const int PerAddressMax = 100;
    private const int EntriesMax = 50_000;

    public static readonly TimeSpan Window = TimeSpan.FromMinutes(10);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, (int Count, DateTimeOffset Since)> _failures = new(StringComparer.Ordinal);

    public bool MayTry(string username, string address)
    {
        lock (_lock)
        {
            return Count(Pair(username, address)) < PerPairMax
                && Count(Account(username)) < PerAccountMax
                && Count(Address(address)) < PerAddressMax;
        }
    }

    public void Failed(string username, string address)
    {
        lock (_lock)
        {
            if (_failures.Count >= EntriesMax)
            {
                Forget();
            }

            Add(Pair(username, address));
            Add(Account(username));
            Add(Address(address));
        }
    }

    public void Succeeded(string username, string address)
    {
        lock (_lock)
        {
            _failures.Remove(Pair(username, address));
        }
    }

    private int Count(string key) =>
        _failures.TryGetValue(key, out var failures) && failures.Since > time.GetUtcNow() - Window ? failures.Count : 0;

    private void Add(string key)
    {
        var count = Count(key);
        _failures[key] = (count + 1, count == 0 ? time.GetUtcNow() : _failures[key].Since);
    }

    // Old entries first; if every one is young, this is an attack and starting over costs the attacker's counts only.
    private void Forget()
    {
        var oldest = time.GetUtcNow() - Window;
        foreach (var key in _failures.Where(pair => pair.Value.Since <= oldest).Select(pair => pair.Key).ToArray())
        {
            _failures.Remove(key);
        }

        if (_failures.Count >= EntriesMax)
        {
            _failures.Clear();
        }
    }

    private static string Pair(string username, string address) => $"{address}\0{username.ToUpperInvariant()}";

    private static string Account(string username) => $"\0{username.ToUpperInvariant()}";

    private static string Address(string address) => $"{address}\0";
}
