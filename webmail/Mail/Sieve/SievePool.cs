using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using MailKit.Security;
using Webmail.Mail.Imap;
using Webmail.Mail.Seams;
using Webmail.Mail.Sieve.Protocol;

namespace Webmail.Mail.Sieve;

/// <summary>Signed-in connections, few per account, kept for a short while.</summary>
public sealed class SievePool : IDisposable
{
    private const int AttemptsMax = 2;

    private readonly ConcurrentDictionary<string, SieveConnections> _accounts = new(StringComparer.Ordinal);
    private readonly SieveOptions _options;
    private readonly TimeProvider _time;
    private readonly ITimer _expiry;

    public SievePool(SieveOptions options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        _options = options;
        _time = time;
        var period = options.IdleTimeout / 2;
        _expiry = time.CreateTimer(_ => Expire(), null, period, period);
    }

    /// <summary>
    /// Asks on a kept connection, and once more on a fresh one if it broke: what is asked may then have been done already.
    /// </summary>
    /// <exception cref="MailUnavailableException">The server cannot be reached, breaks off or does not answer in time.</exception>
    internal async Task<T> AskAsync<T>(
        Credentials credentials, Func<SieveConnection, CancellationToken, Task<T>> ask, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(_options.QuestionTimeout);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await AskOnceAsync(credentials, fresh: attempt > 1, ask, deadline.Token);
            }
            catch (Exception broken) when (IsBroken(broken) && attempt < AttemptsMax)
            {
                // The question is repeated on a new connection.
            }
            catch (Exception broken) when (IsBroken(broken))
            {
                throw Unavailable(broken.Message);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                throw Unavailable($"nothing within {_options.QuestionTimeout.TotalSeconds:0} s");
            }
        }
    }

    public void Dispose()
    {
        _expiry.Dispose();
        foreach (var account in _accounts.Values)
        {
            account.Dispose();
        }
    }

    private async Task<T> AskOnceAsync<T>(
        Credentials credentials, bool fresh, Func<SieveConnection, CancellationToken, Task<T>> ask, CancellationToken cancellationToken)
    {
        var account = _accounts.GetOrAdd(Key(credentials), _ => new SieveConnections(_options.ConnectionsPerAccountMax));
        await account.EnterAsync(cancellationToken);
        SieveConnection? connection = null;
        try
        {
            connection = (fresh ? null : account.Take())
                ?? await SieveConnection.SignInAsync(
                    _options, new SaslMechanismPlain(Encoding.UTF8, credentials.Username, credentials.Password), cancellationToken);
            var answer = await ask(connection, cancellationToken);
            connection.IdleSince = _time.GetUtcNow();
            account.Put(connection);
            connection = null;
            return answer;
        }
        finally
        {
            connection?.Dispose();
            account.Leave();
        }
    }

    // The password is part of the key: a connection must never serve someone who could not have opened it.
    private static string Key(Credentials credentials) =>
        Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes($"{credentials.Username}\0{credentials.Password}")));

    private static bool IsBroken(Exception exception) =>
        exception is IOException or SocketException or SieveProtocolException or System.Security.Authentication.AuthenticationException;

    private MailUnavailableException Unavailable(string reason) =>
        new($"The Sieve server {_options.Server.Host}:{_options.Server.Port} does not answer as it should ({reason}); try again later.");

    private void Expire()
    {
        var oldest = _time.GetUtcNow() - _options.IdleTimeout;
        foreach (var account in _accounts.Values)
        {
            account.Expire(oldest);
        }
    }
}
