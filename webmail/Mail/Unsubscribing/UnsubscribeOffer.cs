using System.Security.Cryptography;
using System.Text;
using Webmail.Mail.Authentication;
using Webmail.Mail.Headers;
using Webmail.Mail.Html;
using Webmail.Mail.Messages;

namespace Webmail.Mail.Unsubscribing;

/// <summary>How a message says that one leaves its list (RFC 2369 §3.2), as far as that can be believed.</summary>
/// <param name="List">The same for all messages of the list: 64 characters that say nothing else.</param>
/// <param name="OneClick">Where a server asks for it on the person's behalf (RFC 8058), by https; null if it may not.</param>
/// <param name="Reason">
/// Why it may not: <c>notOffered</c>; <c>notVerified</c>: no trusted server has looked at the signatures; <c>notAuthentic</c>: none of the sender's own
/// domain is good; <c>notSigned</c>: one is, but it does not cover how one leaves the list. Null if it may.
/// </param>
/// <param name="Mail">What one writes, and to whom; null if nothing, or if the message is from somebody else than it says.</param>
/// <param name="Link">Where one goes oneself, by http or https; null if nowhere.</param>
public sealed record UnsubscribeOffer(string List, Uri? OneClick, string? Reason, UnsubscribeMail? Mail, string? Link)
{
    public const string NotOffered = "notOffered";
    public const string NotVerified = "notVerified";
    public const string NotAuthentic = "notAuthentic";
    public const string NotSigned = "notSigned";

    private const string Field = "List-Unsubscribe";
    private const string PostField = "List-Unsubscribe-Post";
    private const string Post = "List-Unsubscribe=One-Click";

    /// <param name="email">The message with its header.</param>
    /// <param name="verdicts">Of <see cref="AuthenticationReader"/>.</param>
    /// <returns>Null if it says nothing.</returns>
    public static UnsubscribeOffer? Read(Email email, IReadOnlyList<AuthenticationVerdict>? verdicts)
    {
        ArgumentNullException.ThrowIfNull(email);
        if (Fields(email, Field) is not [var field])
        {
            return null;
        }

        var urls = HeaderValue.Urls(field) ?? [];
        var links = urls.Select(UrlPolicy.Link).OfType<string>().ToList();
        var https = links.Find(link => link.StartsWith("https:", StringComparison.Ordinal));
        var mail = SenderAuthentication.IsAuthentic(email.Envelope, verdicts) == false ? null : urls.Select(UnsubscribeMail.Read).OfType<UnsubscribeMail>().FirstOrDefault();
        var isOffered = https is not null && HasName(https) && Fields(email, PostField) is [var post] && post.Trim().Equals(Post, StringComparison.OrdinalIgnoreCase);
        var reason = isOffered ? WhyNot(email, verdicts) : NotOffered;
        var link = https ?? links.Find(link => link.StartsWith("http:", StringComparison.Ordinal));
        return mail is null && link is null ? null : new UnsubscribeOffer(ListOf(email), reason is null ? new Uri(https!) : null, reason, mail, link);
    }

    /// <summary>
    /// Both fields must be signed by the sender (RFC 8058 §4). Whoever has looked at the signatures says whose are good, not which: all of that domain
    /// must cover both, so that the good one does. Fields that nobody has read could hold one that does not.
    /// </summary>
    private static string? WhyNot(Email email, IReadOnlyList<AuthenticationVerdict>? verdicts)
    {
        if (verdicts is null)
        {
            return NotVerified;
        }

        var domain = email.Envelope.From is [var from] ? SpoofHints.DomainOf(from.Email) : "";
        var good = verdicts.Where(verdict => verdict is { Method: "dkim", Result: "pass", Domain: not null }).Select(verdict => SpoofHints.DomainOf($"@{verdict.Domain}"))
            .Where(signer => SenderAuthentication.IsAligned(signer, domain)).ToHashSet();
        if (domain.Length == 0 || good.Count == 0 || verdicts.Any(verdict => verdict is { Method: "dmarc", Result: "fail" }))
        {
            return NotAuthentic;
        }

        var signatures = Fields(email, DkimSignature.Field).Select(DkimSignature.Read).Where(signature => good.Contains(signature.Domain)).GroupBy(signature => signature.Domain);
        return !email.HasMoreHeaders && signatures.Any(ofDomain => ofDomain.All(one => one.Fields.Contains(Field) && one.Fields.Contains(PostField))) ? null : NotSigned;
    }

    /// <summary>By its name (RFC 2919), else by who writes; others cannot name it, for the sender's domain is part of it.</summary>
    private static string ListOf(Email email)
    {
        var from = email.Envelope.From is [var first, ..] ? first.Email.ToLowerInvariant() : "";
        var name = Fields(email, "List-Id") is [var id] && HeaderValue.Urls(id) is [var named, ..] ? named.ToLowerInvariant() : from;
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{name}\0{SpoofHints.DomainOf(from)}")));
    }

    /// <summary>IDNA cannot say every host that an address can have.</summary>
    private static bool HasName(string address)
    {
        try
        {
            return new Uri(address).IdnHost.Length > 0;
        }
        catch (UriFormatException)
        {
            return false;
        }
    }

    private static string[] Fields(Email email, string name) =>
        [.. email.Headers.Where(header => header.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(header => header.Raw)];
}
