using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using AngleSharp.Dom;

namespace Webmail.Mail.Html;

/// <summary>Compares what a link says with where it leads.</summary>
internal static partial class LinkTarget
{
    private const int TextCharactersMax = 2000;

    /// <summary>The host a link leads to, if its text is or holds an address with another one; else null.</summary>
    /// <remarks>Read with and without what its sender hides: either may be made to say the right thing.</remarks>
    public static string? Mismatch(IElement link, string href)
    {
        var seen = new StringBuilder();
        var hides = AddSeen(link, seen);
        return Mismatch(link.TextContent, href) ?? (hides ? Mismatch(seen.ToString(), href) : null);
    }

    private static string? Mismatch(string text, string href)
    {
        if (text.Length > TextCharactersMax || !Uri.TryCreate(href, UriKind.Absolute, out var uri) || uri.Host.Length == 0)
        {
            return null;
        }

        // What takes no room would hide an address from us, not from people.
        var shown = string.Concat(text.Where(character => char.GetUnicodeCategory(character) != UnicodeCategory.Format)).Trim();
        IEnumerable<string> addresses = Address.IsMatch(shown) ? [shown] : shown.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Where(word => Marked.IsMatch(word));
        return addresses.Any(address => Uri.TryCreate("http://" + Address.Match(address).Groups["host"].Value, UriKind.Absolute, out var said)
            && Host(said) is var says && Host(uri) is var leads && !IsWithin(leads, says) && !IsWithin(says, leads))
                ? Host(uri)
                : null;
    }

    /// <summary>Whether something of it is hidden.</summary>
    private static bool AddSeen(INode node, StringBuilder seen)
    {
        var hides = false;
        foreach (var child in node.ChildNodes)
        {
            if (child is IElement element && Hidden.IsMatch(element.GetAttribute("style") ?? ""))
            {
                hides = true;
            }
            else if (child is IText text)
            {
                seen.Append(text.Data);
            }
            else
            {
                hides |= AddSeen(child, seen);
            }
        }

        return hides;
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
    [GeneratedRegex(@"^(https?://)?([^\s/@]*@)?(?<host>[\p{L}\p{N}-]+([.。．｡][\p{L}\p{N}-]+)*[.。．｡]\p{L}{2,})(:\d+)?([/?#]\S*)?$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Address { get; }

    /// <summary>Within a sentence many words have a dot; people take for an address what begins like one.</summary>
    [GeneratedRegex(@"^(https?://|www\.)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Marked { get; }

    [GeneratedRegex(@"display\s*:\s*none|font(-size)?\s*:[^;]*\b(0(\.\d+)?(px|pt|r?em|%)?|1(\.\d+)?(px|pt))(\s|/|;|!|$)|color\s*:\s*transparent", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Hidden { get; }
}
