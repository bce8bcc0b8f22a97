using Webmail.Mail.Seams;
using Webmail.Mail.Sieve.Scripts;

namespace Webmail.Mail.Sieve.Vacations;

/// <summary>Changes the vacation response.</summary>
public sealed class VacationWriter(SievePool pool)
{
    /// <summary>Makes it what it is to be; a refusal leaves the user's own scripts as they are.</summary>
    public ValueTask<ScriptOutcome> WriteAsync(MailAccount account, VacationResponse response, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(account);
        return account.Effects.PerformAsync("sieve.vacation", new VacationEffect(pool, account.Credentials, response), cancellationToken);
    }
}
