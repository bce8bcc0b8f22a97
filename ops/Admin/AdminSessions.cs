using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace Appliance.Admin;

/// <summary>Who is signed in. Sessions live in memory: a restart of the page signs everybody out.</summary>
internal sealed class AdminSessions(AdminConfig config, TimeProvider time)
{
    public const string Cookie = "admin";
    private const int FailuresMax = 5;
    private static readonly TimeSpan FailureWindow = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(12);
    private readonly ConcurrentDictionary<string, DateTimeOffset> _sessions = new();
    private readonly ConcurrentQueue<DateTimeOffset> _failures = new();

    public static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));

    /// <summary>True while too many wrong passwords were tried; then not even the right one is looked at.</summary>
    public bool IsLimited()
    {
        while (_failures.TryPeek(out var oldest) && time.GetUtcNow() - oldest > FailureWindow)
        {
            _failures.TryDequeue(out _);
        }

        return _failures.Count >= FailuresMax;
    }

    /// <summary>A new session's cookie value, or null if the password is wrong.</summary>
    public string? SignIn(string password)
    {
        if (!CryptographicOperations.FixedTimeEquals(Hash(password), config.PasswordHash))
        {
            _failures.Enqueue(time.GetUtcNow());
            return null;
        }

        var key = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        _sessions[key] = time.GetUtcNow() + Lifetime;
        return key;
    }

    public bool IsSignedIn(HttpRequest request) =>
        request.Cookies[Cookie] is { } key && _sessions.TryGetValue(key, out var until) && until > time.GetUtcNow();

    public void SignOut(HttpRequest request)
    {
        if (request.Cookies[Cookie] is { } key)
        {
            _sessions.TryRemove(key, out _);
        }
    }
}
