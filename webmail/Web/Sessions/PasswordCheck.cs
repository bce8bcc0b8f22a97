using System.Collections.Concurrent;
using System.Data;
using System.Security.Cryptography;
using System.Text;
using Npgsql;
using Webmail.Mail.Imap;
using Webmail.Mail.Seams;
using Webmail.Web.Database;
using Webmail.Web.Journal;
using Webmail.Web.Sessions.SecondFactors;

namespace Webmail.Web.Sessions;

/// <summary>Asks IMAP whether a password is right. Answers are remembered as hashes under a key of this process, for a short time.</summary>
internal sealed class PasswordCheck(ImapPool pool, NpgsqlDataSource source, FailedSignIns failures, SecondFactorStore factors, TimeProvider time)
{
    private const int VerifiedMax = 10_000;

    private static readonly TimeSpan VerifiedFor = TimeSpan.FromMinutes(2);

#pragma warning disable RS0030 // Of this process and never shown: what the cache holds must be useless outside it.
    private readonly byte[] _cacheKey = RandomNumberGenerator.GetBytes(32);
#pragma warning restore RS0030
    private readonly ConcurrentDictionary<string, DateTimeOffset> _verified = new(StringComparer.Ordinal);

    /// <summary>Run inside a choice: the answer depends on the server, the database, this process's memory and the clock.</summary>
    public async ValueTask<PasswordAnswer> CheckAsync(
        Credentials credentials, string network, bool mayRemember, CancellationToken cancellationToken)
    {
        var account = AccountId.Of(credentials.Username);
        if (!(mayRemember && IsRemembered(credentials))
            && await AskAsync(account, credentials, network, cancellationToken) is { Verdict: not PasswordVerdict.Right } refusal)
        {
            return refusal;
        }

        // Never from memory: a second factor that was switched on a moment ago holds on every backend.
        return new PasswordAnswer(
            await factors.IsOnAsync(account, cancellationToken) ? PasswordVerdict.RightButCodeNeeded : PasswordVerdict.Right);
    }

    private async Task<PasswordAnswer> AskAsync(string account, Credentials credentials, string network, CancellationToken cancellationToken)
    {
        var attempt = await InTransactionAsync(transaction => failures.BeginAsync(transaction, AttemptLimits.Password, account, network));
        if (attempt.Wait is { } wait)
        {
            return new PasswordAnswer(PasswordVerdict.TooManyFailures, wait);
        }

        try
        {
            await pool.VerifyAsync(credentials, cancellationToken);
        }
        catch (MailRefusedException)
        {
            return new PasswordAnswer(PasswordVerdict.Wrong);
        }
        catch (MailUnavailableException)
        {
            await SettleAsync(FailedSignIns.WithdrawAsync);
            throw new MailUnavailableException(
                "The mail server does not answer, so that the password cannot be checked now. Whoever is signed in already stays so; sign in when it is back.");
        }

        await SettleAsync(FailedSignIns.SucceededAsync);
        Remember(credentials);
        return new PasswordAnswer(PasswordVerdict.Right);

        ValueTask<bool> SettleAsync(Func<NpgsqlTransaction, Attempt, Task> settle) => InTransactionAsync(async transaction =>
        {
            await settle(transaction, attempt);
            return true;
        });

        ValueTask<T> InTransactionAsync<T>(Func<NpgsqlTransaction, Task<T>> run) =>
            source.TransactAsync(IsolationLevel.ReadCommitted, run, cancellationToken);
    }

    private bool IsRemembered(Credentials credentials) => _verified.TryGetValue(Key(credentials), out var until) && until > time.GetUtcNow();

    private void Remember(Credentials credentials)
    {
        if (_verified.Count >= VerifiedMax)
        {
            _verified.Clear();
        }

        _verified[Key(credentials)] = time.GetUtcNow() + VerifiedFor;
    }

    private string Key(Credentials credentials) =>
        Convert.ToHexString(HMACSHA256.HashData(_cacheKey, Encoding.UTF8.GetBytes($"{credentials.Username}\0{credentials.Password}")));
}
