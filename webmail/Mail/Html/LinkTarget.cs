using System.Text.RegularExpressions;

namespace Webmail.Mail.Html;

/// <summary>Compares what a link says with where it leads.</summary>
internal static partial class LinkTarget
{
    private const int TextCharactersMax = 2000;

    /// <summary>The host a link leads to, if its text is an address with another one; else null.</summary>
    public static string? Mismatch(string text, string href)
    {
        if (text.Length > TextCharactersMax || Address.Match(text.Trim()) is not { Success: true } said
            || !Uri.TryCreate(href, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
        {
            return null;
        }

        return Uri.TryCreate("http://" + said.Groups["host"].Value, UriKind.Absolute, out var shown)
            && Host(uri) is var leads && Host(shown) is var says && !IsWithin(leads, says) && !IsWithin(says, leads)
                ? leads
                : null;
    }

    /// <summary>In ASCII where IDNA can say it so; what it cannot is shown as it is.</summary>
    private static string Host(Uri uri)
    {
        try
        {
            return uri.IdnHost;
        }
        catch (UriFormatException)
        {
            return uri.Host;
        }
    }

    // A shop's address often leads to a name below it that counts the clicks.
    private static bool IsWithin(string host, string domain) => Bare(host) == Bare(domain) || Bare(host).EndsWith('.' + Bare(domain), StringComparison.Ordinal);

    private static string Bare(string host) => host.StartsWith("www.", StringComparison.OrdinalIgnoreCase) ? host[4..] : host;

    /// <summary>An address with a scheme, or what looks like a host with at least one dot and nothing but a path behind it.</summary>
    [GeneratedRegex(@"^(https?://)?([^\s/@]*@)?(?<host>[\p{L}\p{N}-]+(\.[\p{L}\p{N}-]+)*\.\p{L}{2,})(:\d+)?([/?#]\S*)?$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Address { get; }
}
