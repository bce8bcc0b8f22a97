using System.Text.RegularExpressions;
using AngleSharp.Dom;

namespace Webmail.Mail.Html;

/// <summary>Which addresses may stay where.</summary>
internal static partial class UrlPolicy
{
    private const int DataCharactersMax = 512 * 1024;

    private static readonly string[] DataImages =
        ["data:image/png;base64,", "data:image/jpeg;base64,", "data:image/gif;base64,", "data:image/webp;base64,"];

    /// <summary>Functions that load, or that can hide an address; no declaration with one survives.</summary>
    [GeneratedRegex(@"url|image|var|env|attr|expression|element|paint|src|@import|\\|javascript", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    public static partial Regex LoadingCss { get; }

    /// <summary>The address to write, or null to drop it.</summary>
    public static string? Allow(IElement? element, string url, Func<string, string?> partUrl)
    {
        var address = url.Trim();
        return element?.LocalName switch
        {
            "img" => Image(address, partUrl),
            "a" => Link(address),
            // Citations and everything else that may hold an address is never followed by a reader.
            _ => null,
        };
    }

    private static string? Image(string address, Func<string, string?> partUrl)
    {
        if (address.StartsWith("cid:", StringComparison.OrdinalIgnoreCase))
        {
            return partUrl(Uri.UnescapeDataString(address[4..]).Trim('<', '>'));
        }

        // Remote images tell the sender when and where the message was read: none of them is loaded.
        return address.Length <= DataCharactersMax
            && DataImages.Any(prefix => address.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)
                && !address.AsSpan(prefix.Length).ContainsAnyExcept(Base64Characters))
            ? address
            : null;
    }

    private static string? Link(string address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var uri)
        && uri.Scheme is "http" or "https" or "mailto"
        && !address.Any(char.IsControl)
            ? uri.AbsoluteUri
            : null;

    private static readonly System.Buffers.SearchValues<char> Base64Characters =
        System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=");
}
