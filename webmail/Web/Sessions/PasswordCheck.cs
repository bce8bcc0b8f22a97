using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Webmail.Mail.Imap;
using Webmail.Mail.Seams;

namespace Webmail.Web.Sessions;

/// <summary>Asks IMAP whether a password is right. Answers are remembered as hashes under a key of this process, for a short time.</summary>
internal sealed class PasswordCheck(ImapPool pool, FailedSignIns failures, TimeProvider time)
{
    private const int VerifiedMax = 10_000;

    private static readonly TimeSpan VerifiedFor = TimeSpan.FromMinutes(2);

#pragma warning disable RS0030 // Of this process and never shown: what the cache holds must be useless outside it.
    private readonly byte[] _cacheKey = RandomNumberGenerator.GetBytes(32);
#pragma warning restore RS0030
    private readonly ConcurrentDictionary<string, DateTimeOffset> _verified = new(StringComparer.Ordinal);

    /// <summary>Run inside a choice: the answer depends on the server, on this process's memory and on the clock.</summary>
    public async ValueTask<PasswordAnswer> CheckAsync(
        Credentials credentials, string address, bool mayRemember, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var key = Key(credentials);
        if (mayRemember && _verified.TryGetValue(key, out var until) && until > now)
        {
            return PasswordAnswer.Right;
        }

        if (!failures.MayTry(credentials.Username, address))
        {
            return PasswordAnswer.TooManyFailures;
        }

        try
        {
            await pool.VerifyAsync(credentials, cancellationToken);
        }
        catch (MailRefusedException)
        {
            failures.Failed(credentials.Username, address);
            return PasswordAnswer.Wrong;
        }

        failures.Succeeded(credentials.Username, address);
        if (_verified.Count >= VerifiedMax)
        {
            _verified.Clear();
        }

        _verified[key] = now + VerifiedFor;
        return PasswordAnswer.Right;
    }

    private string Key(Credentials credentials) =>
        Convert.ToHexString(HMACSHA256.HashData(_cacheKey, Encoding.UTF8.GetBytes($"{credentials.Username}\0{credentials.Password}")));
}
