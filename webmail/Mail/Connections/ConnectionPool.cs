using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Webmail.Mail.Seams;

namespace Webmail.Mail.Connections;

/// <summary>Signed-in connections kept per account, bounded in number and idle time.</summary>
internal sealed class ConnectionPool<T> : IDisposable
    where T : class, IKeptConnection
{
    private const int AttemptsMax = 2;

    private readonly ConcurrentDictionary<string, AccountConnections<T>> _accounts = new(StringComparer.Ordinal);
    private readonly IConnectionRules<T> _rules;
    private readonly ConnectionLimits _limits;
    private readonly TimeProvider _time;
    private readonly ITimer _expiry;

    public ConnectionPool(IConnectionRules<T> rules, ConnectionLimits limits, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        (_rules, _limits, _time) = (rules, limits, time);
        var period = limits.IdleTimeout / 4;
        _expiry = time.CreateTimer(_ => Expire(), null, period, period);
    }

    /// <summary>
    /// Asks on a kept connection, and once more on a fresh one if it broke: what is asked may then have been done already.
    /// </summary>
    /// <param name="credentials">Whose connection.</param>
    /// <param name="preferred">Which of several is the best; null if all are as good.</param>
    /// <param name="ask">The question.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<R> AskAsync<R>(
        Credentials credentials, Predicate<T>? preferred, Func<T, CancellationToken, Task<R>> ask, CancellationToken cancellationToken) =>
        AskAsync(credentials, preferred, signInFirst: false, ask, cancellationToken);

    /// <summary>Signs in, whatever connections are kept: the password may not be right any longer.</summary>
    public Task SignInAsync(Credentials credentials, CancellationToken cancellationToken) =>
        AskAsync(credentials, null, signInFirst: true, (_, _) => Task.FromResult(true), cancellationToken);

    public void Dispose()
    {
        _expiry.Dispose();
        foreach (var account in _accounts.Values)
        {
            account.Dispose();
        }
    }

    private async Task<R> AskAsync<R>(
        Credentials credentials, Predicate<T>? preferred, bool signInFirst, Func<T, CancellationToken, Task<R>> ask, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(_limits.QuestionTimeout);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await AskOnceAsync(credentials, preferred, fresh: signInFirst || attempt > 1, ask, deadline.Token);
            }
            catch (Exception broken) when (_rules.IsBroken(broken) && attempt < AttemptsMax)
            {
                // The question is repeated on a new connection.
            }
            catch (Exception broken) when (_rules.IsBroken(broken))
            {
                throw _rules.Unavailable(broken);
            }
            catch (OperationCanceledException late) when (!cancellationToken.IsCancellationRequested)
            {
                throw _rules.Unavailable(late);
            }
        }
    }

    private async Task<R> AskOnceAsync<R>(
        Credentials credentials, Predicate<T>? preferred, bool fresh, Func<T, CancellationToken, Task<R>> ask, CancellationToken cancellationToken)
    {
        var account = _accounts.GetOrAdd(Key(credentials), _ => new AccountConnections<T>(_limits.PerAccountMax));
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

            connection ??= await SignedInAsync(credentials, cancellationToken);
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

    private async Task<T> SignedInAsync(Credentials credentials, CancellationToken cancellationToken)
    {
        var connection = await _rules.SignInAsync(credentials, cancellationToken);
        connection.SignedInAt = _time.GetUtcNow();
        return connection;
    }

    // The password is part of the key: a connection must never serve someone who could not have opened it.
    private static string Key(Credentials credentials) =>
        Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes($"{credentials.Username}\0{credentials.Password}")));

    private void Expire()
    {
        var oldest = _time.GetUtcNow() - _limits.IdleTimeout;
        foreach (var account in _accounts.Values)
        {
            account.Expire(oldest);
        }
    }
}
