using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using Webmail.Mail.Availability;
using Webmail.Mail.Imap;
using Webmail.Mail.Servers;

namespace Webmail.Mail.Connections;

/// <summary>Signed-in connections kept per account, bounded in number and idle time.</summary>
internal sealed class ConnectionPool<T> : IDisposable
    where T : class, IKeptConnection
{
    private const int AttemptsMax = 2;
    private static readonly HealthLimits Health = new(Patience: TimeSpan.FromSeconds(2), ProbeTimeout: TimeSpan.FromSeconds(5));

    private readonly ConcurrentDictionary<MailServerOptions, ServerHealth> _servers = new();
    private readonly ConcurrentDictionary<string, AccountConnections<T>> _accounts = new(StringComparer.Ordinal);
    private readonly IConnectionRules<T> _rules;
    private readonly ConnectionLimits _limits;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly ITimer _expiry;

    public ConnectionPool(IConnectionRules<T> rules, ConnectionLimits limits, TimeProvider time, ILogger log)
    {
        ArgumentNullException.ThrowIfNull(time);
        (_rules, _limits, _time, _log) = (rules, limits, time, log);
        var period = limits.IdleTimeout / 4;
        _expiry = time.CreateTimer(_ => Expire(_time.GetUtcNow() - _limits.IdleTimeout), null, period, period);
    }

    /// <summary>Accounts with a connection or a question.</summary>
    public int Accounts => _accounts.Count;

    /// <summary>
    /// Asks on a kept connection, and once more on a fresh one if it broke: what is asked may then have been done already.
    /// </summary>
    /// <param name="login">Whose connection, and where to.</param>
    /// <param name="preferred">Which of several is the best; null if all are as good.</param>
    /// <param name="ask">The question.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<R> AskAsync<R>(
        ServerLogin login, Predicate<T>? preferred, Func<T, CancellationToken, Task<R>> ask, CancellationToken cancellationToken) =>
        AskAsync(login, preferred, signInFirst: false, ask, cancellationToken);

    /// <summary>Signs in, whatever connections are kept: the password may not be right any longer.</summary>
    public Task SignInAsync(ServerLogin login, CancellationToken cancellationToken) =>
        AskAsync(login, null, signInFirst: true, (_, _) => Task.FromResult(true), cancellationToken);

    /// <summary>As far as this process knows.</summary>
    public ServerCondition Condition(MailServerOptions server) => _servers.TryGetValue(server, out var health) ? health.Condition : ServerCondition.Ok;

    public void Dispose()
    {
        _expiry.Dispose();
        foreach (var server in _servers.Values)
        {
            server.Dispose();
        }

        foreach (var account in _accounts.Values)
        {
            account.Dispose();
        }
    }

    private async Task<R> AskAsync<R>(
        ServerLogin login, Predicate<T>? preferred, bool signInFirst, Func<T, CancellationToken, Task<R>> ask, CancellationToken cancellationToken)
    {
        try
        {
            return await _servers.GetOrAdd(login.Server, HealthOf).AskAsync(
                token => AskTwiceAsync(login, preferred, signInFirst, ask, token), token => _rules.GreetAsync(login, token), cancellationToken);
        }
        catch (ServerAwayException away)
        {
            throw _rules.Unavailable(login, away);
        }
    }

    private ServerHealth HealthOf(MailServerOptions server) =>
        new(Health, failure => failure is MailUnavailableException, _time, _log, $"{server.Host}:{server.Port}");

    private async Task<R> AskTwiceAsync<R>(
        ServerLogin login, Predicate<T>? preferred, bool signInFirst, Func<T, CancellationToken, Task<R>> ask, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(_limits.QuestionTimeout);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await AskOnceAsync(login, preferred, fresh: signInFirst || attempt > 1, ask, deadline.Token);
            }
            catch (Exception broken) when (_rules.IsBroken(broken) && attempt < AttemptsMax)
            {
                // The question is repeated on a new connection.
            }
            catch (Exception broken) when (_rules.IsBroken(broken))
            {
                throw _rules.Unavailable(login, broken);
            }
            catch (OperationCanceledException late) when (!cancellationToken.IsCancellationRequested)
            {
                throw _rules.Unavailable(login, late);
            }
        }
    }

    private async Task<R> AskOnceAsync<R>(
        ServerLogin login, Predicate<T>? preferred, bool fresh, Func<T, CancellationToken, Task<R>> ask, CancellationToken cancellationToken)
    {
        var account = Join(login);
        try
        {
            return await AskOnceAsync(account, login, preferred, fresh, ask, cancellationToken);
        }
        finally
        {
            account.Part();
        }
    }

    private async Task<R> AskOnceAsync<R>(
        AccountConnections<T> account, ServerLogin login, Predicate<T>? preferred, bool fresh, Func<T, CancellationToken, Task<R>> ask, CancellationToken cancellationToken)
    {
        await account.EnterAsync(cancellationToken);
        T? connection = null;
        try
        {
            connection = account.Take(preferred);
            if (fresh)
            {
                // In its place, so that there are never more than allowed.
                connection?.Dispose();
                connection = null;
            }

            connection ??= await SignedInAsync(login, cancellationToken);
            var answer = await ask(connection, cancellationToken);
            Keep();
            return answer;
        }
        catch (Exception refused) when (connection is not null && _rules.Refusal(refused) is { } refusal)
        {
            Keep();
            throw refusal;
        }
        finally
        {
            connection?.Dispose();
            account.Leave();
        }

        void Keep()
        {
            var now = _time.GetUtcNow();
            if (now - connection.SignedInAt < _limits.AgeMax)
            {
                connection.IdleSince = now;
                account.Put(connection);
                connection = null;
            }
        }
    }

    private AccountConnections<T> Join(ServerLogin login)
    {
        var key = Key(login);
        while (true)
        {
            var account = _accounts.GetOrAdd(key, _ => new AccountConnections<T>(login.ConnectionsMax ?? _limits.PerAccountMax));
            if (account.TryJoin())
            {
                return account;
            }

            _accounts.TryRemove(KeyValuePair.Create(key, account));
        }
    }

    private async Task<T> SignedInAsync(ServerLogin login, CancellationToken cancellationToken)
    {
        try
        {
            var connection = await _rules.SignInAsync(login, cancellationToken);
            connection.SignedInAt = _time.GetUtcNow();
            return connection;
        }
        catch (Exception broken) when (_rules.IsBroken(broken))
        {
            // Servers bound their connections, and say so in this way: those that nobody uses just now make room for the next attempt.
            Expire(DateTimeOffset.MaxValue);
            throw;
        }
    }

    // The password is part of the key: a connection must never serve someone who could not have opened it. So is the server: once the
    // domain map leads elsewhere, nothing is asked here any longer.
    private static string Key(ServerLogin login) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join(
        '\0',
        login.Server.Host,
        login.Server.Port,
        login.Server.Security,
        login.Authentication,
        login.ConnectionsMax,
        login.Compresses,
        login.Credentials.Username,
        login.Credentials.Password))));

    private void Expire(DateTimeOffset oldest)
    {
        foreach (var kept in _accounts)
        {
            kept.Value.Expire(oldest);
            if (kept.Value.TryRetire())
            {
                _accounts.TryRemove(kept);
            }
        }
    }
}
