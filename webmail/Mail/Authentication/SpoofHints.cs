using System.Globalization;
using System.Text.RegularExpressions;
using Webmail.Mail.Messages;

namespace Webmail.Mail.Authentication;

/// <summary>Looks at who a message says it is from. Asks nobody, not even DNS.</summary>
public static partial class SpoofHints
{
    private const int NameCharactersMax = 500;

    /// <param name="email">The message.</param>
    /// <param name="ownDomain">Whose look-alikes are noticed; null for an account that is no address.</param>
    public static SpoofHint[] Of(EmailEnvelope email, string? ownDomain)
    {
        ArgumentNullException.ThrowIfNull(email);
        if (email.From is not [var from, ..])
        {
            return [new SpoofHint("fromMissing", null)];
        }

        var domain = DomainOf(from.Email);
        return
        [
            .. email.From.Length > 1 ? [new SpoofHint("fromMultiple", email.From[1].Email)] : Array.Empty<SpoofHint>(),
            .. email.ReplyTo.Where(reply => !IsRelated(DomainOf(reply.Email), domain)).Take(1).Select(reply => new SpoofHint("replyToOtherDomain", reply.Email)),
            .. AddressIn(from.Name) is { } named && !named.Equals(from.Email, StringComparison.OrdinalIgnoreCase) ? [new SpoofHint("nameHoldsOtherAddress", named)] : Array.Empty<SpoofHint>(),
            .. Domain(domain, ownDomain),
        ];
    }

    /// <summary>In lower case and ASCII; empty if there is none.</summary>
    public static string DomainOf(string address)
    {
        ArgumentNullException.ThrowIfNull(address);
        var domain = address[(address.LastIndexOf('@') is >= 0 and var at ? at + 1 : address.Length)..].Trim().TrimEnd('.');
        try
        {
            return new IdnMapping().GetAscii(domain).ToLowerInvariant();
        }
        catch (ArgumentException)
        {
            return domain.ToLowerInvariant();
        }
    }

    private static IEnumerable<SpoofHint> Domain(string domain, string? ownDomain)
    {
        if (ownDomain is not null && !IsRelated(domain, ownDomain) && Skeleton.Of(domain) == Skeleton.Of(ownDomain))
        {
            yield return new SpoofHint("lookAlikeDomain", domain);
        }
        else if (domain.Split('.').Any(label => label.StartsWith("xn--", StringComparison.Ordinal)))
        {
            yield return new SpoofHint("internationalDomain", domain);
        }
    }

    private static bool IsRelated(string one, string other) => IsWithin(one, other) || IsWithin(other, one);

    private static bool IsWithin(string domain, string parent) => domain == parent || domain.EndsWith('.' + parent, StringComparison.Ordinal);

    private static string? AddressIn(string? name) =>
        name is { Length: <= NameCharactersMax } && Address.Match(name) is { Success: true } found ? found.Value.ToLowerInvariant() : null;

    [GeneratedRegex(@"[\w.+-]+@[\w-]+(\.[\w-]+)+", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Address { get; }
}
