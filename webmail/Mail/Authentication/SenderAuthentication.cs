using Webmail.Mail.Messages;

namespace Webmail.Mail.Authentication;

/// <summary>Whether a message is from the domain it says it is from, by what a mail server of ours has found out.</summary>
public static class SenderAuthentication
{
    /// <param name="email">The message.</param>
    /// <param name="verdicts">Of <see cref="AuthenticationReader"/>.</param>
    /// <returns>Null if nobody trusted has said anything.</returns>
    public static bool? IsAuthentic(EmailEnvelope email, IReadOnlyList<AuthenticationVerdict>? verdicts)
    {
        ArgumentNullException.ThrowIfNull(email);
        if (verdicts is null)
        {
            return null;
        }

        if (email.From is not [var from] || SpoofHints.DomainOf(from.Email) is not { Length: > 0 } domain || verdicts.Any(verdict => verdict is { Method: "dmarc", Result: "fail" }))
        {
            return false;
        }

        return verdicts.Where(verdict => verdict.Result == "pass").Any(verdict => (verdict.Method, verdict.Domain) switch
        {
            ("dmarc", null) => true,
            ("dmarc", { } found) => SpoofHints.DomainOf($"@{found}") == domain,
            ("dkim" or "spf", { } found) => IsAligned(SpoofHints.DomainOf($"@{found}"), domain),
            _ => false,
        });
    }

    /// <summary>
    /// The same domain or one above it (RFC 7489 §3.1, without a list of where people's domains begin: one below may be anybody's). Mail servers
    /// that know the list say so as dmarc.
    /// </summary>
    internal static bool IsAligned(string found, string from) =>
        found == from || (found.Contains('.', StringComparison.Ordinal) && from.EndsWith('.' + found, StringComparison.Ordinal));
}
