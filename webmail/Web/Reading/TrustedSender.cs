using Webmail.Mail.Authentication;

namespace Webmail.Web.Reading;

/// <summary>Whose images from elsewhere are loaded: an address, or all of a domain (not of those below it), in lower case and ASCII.</summary>
internal static class TrustedSender
{
    private const int CharactersMax = 320;

    /// <summary>As it is kept; null if it is neither an address nor a domain.</summary>
    public static string? Parse(string text)
    {
        var sender = text.Trim();
        var domain = SpoofHints.DomainOf(sender.Contains('@', StringComparison.Ordinal) ? sender : '@' + sender);
        var local = sender[..Math.Max(0, sender.LastIndexOf('@'))].ToLowerInvariant();
        return sender.Length is > 0 and <= CharactersMax && sender[0] != '@' && Uri.CheckHostName(domain) == UriHostNameType.Dns
            && !local.Any(character => char.IsControl(character) || char.IsWhiteSpace(character) || char.IsSurrogate(character))
            ? local.Length > 0 ? $"{local}@{domain}" : domain
            : null;
    }

    public static bool Includes(IReadOnlyCollection<string> senders, string address) =>
        Parse(address) is { } sender && (senders.Contains(sender) || senders.Contains(SpoofHints.DomainOf(sender)));
}
