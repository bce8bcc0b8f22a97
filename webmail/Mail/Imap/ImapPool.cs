using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using MailKit;
using MailKit.Net.Imap;
using Webmail.Mail.Seams;

namespace Webmail.Mail.Imap;

/// <summary>Signed-in connections kept per account, bounded in number and idle time.</summary>
public sealed class ImapPool : IDisposable
{
    private const int AttemptsMax = 2;

    private readonly ConcurrentDictionary<string, AccountConnections> _accounts = new(StringComparer.Ordinal);
    private readonly ImapOptions _options;
    private readonly TimeProvider _time;
    private readonly ITimer _expiry;

    public ImapPool(ImapOptions options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        _options = options;
        _time = time;
        var period = options.IdleTimeout / 4;
        _expiry = time.CreateTimer(_ => Expire(), null, period, period);
    }

    /// <summary>Asks on a pooled connection, preferring one that has the mailbox open; asks again on a fresh one if it broke.</summary>
    internal async Task<T> AskAsync<T>(
        Credentials credentials,
        string? mailbox,
        Func<ImapConnection, CancellationToken, Task<T>> ask,
        CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(_options.QuestionTimeout);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await AskOnceAsync(credentials, mailbox, fresh: attempt > 1, ask, deadline.Token);
            }
            catch (Exception broken) when (IsBroken(broken) && attempt < AttemptsMax)
            {
                // The question is repeated on a new connection below.
            }
            catch (Exception broken) when (IsBroken(broken))
            {
                throw Unavailable(broken);
            }
            catch (OperationCanceledException late) when (!cancellationToken.IsCancellationRequested)
            {
                throw Unavailable(late);
            }
        }
    }

    /// <summary>Signs in, or finds a connection that was signed in with just this password.</summary>
    public Task VerifyAsync(Credentials credentials, CancellationToken cancellationToken) =>
        AskAsync(credentials, null, (_, _) => Task.FromResult(true), cancellationToken);

    public void Dispose()
    {
        _expiry.Dispose();
        foreach (var account in _accounts.Values)
        {
            account.Dispose();
        }
    }

    private async Task<T> AskOnceAsync<T>(
        Credentials credentials,
        string? mailbox,
        bool fresh,
        Func<ImapConnection, CancellationToken, Task<T>> ask,
        CancellationToken cancellationToken)
    {
        var account = _accounts.GetOrAdd(Key(credentials), _ => new AccountConnections(_options.ConnectionsPerAccountMax));
        await account.EnterAsync(cancellationToken);
        ImapConnection? connection = null;
        try
        {
            connection = (fresh ? null : account.Take(mailbox))
                ?? await ImapConnection.SignInAsync(_options, credentials, cancellationToken);
            var answer = await ask(connection, cancellationToken);
            connection.IdleSince = _time.GetUtcNow();
            account.Put(connection);
            connection = null;
            return answer;
        }
        catch (Exception refused) when (connection is not null && LeavesUsable(refused))
        {
            connection.IdleSince = _time.GetUtcNow();
            account.Put(connection);
            connection = null;
            throw Named(refused);
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
        exception is IOException or ImapProtocolException or ServiceNotConnectedException or ServiceNotAuthenticatedException
            or System.Net.Sockets.SocketException or TimeoutException;

    private static bool LeavesUsable(Exception exception) =>
        exception is ImapCommandException or FolderNotFoundException or MailNotFoundException or MessageNotFoundException;

    // Our own types carry everything in their message, so that a journal can remember them.
    private static Exception Named(Exception refused) => refused switch
    {
        FolderNotFoundException missing => new MailNotFoundException($"There is no mailbox {missing.FolderName}."),
        ImapCommandException command => new MailCommandException($"The mail server refused: {command.ResponseText}"),
        MessageNotFoundException => new MailNotFoundException("The message is not there any longer."),
        _ => refused,
    };

    private MailUnavailableException Unavailable(Exception cause) =>
        new($"The mail server {_options.Server.Host}:{_options.Server.Port} does not answer ({cause.Message}); try again later.");

    private void Expire()
    {
        var oldest = _time.GetUtcNow() - _options.IdleTimeout;
        foreach (var account in _accounts.Values)
        {
            account.Expire(oldest);
        }
    }
}
