using System.Buffers;

namespace Webmail.Mail.Html;

/// <summary>Which addresses may stay where.</summary>
internal static class UrlPolicy
{
    private const int DataCharactersMax = 1024 * 1024;
    private const int LinkCharactersMax = 8192;

    // Others would choose who else receives an answer, or what of this computer is attached to it (RFC 6068 §7).
    private static readonly string[] MailFields = ["subject", "body", "cc"];

    private static readonly string[] DataImages =
        ["data:image/png;base64,", "data:image/jpeg;base64,", "data:image/gif;base64,", "data:image/webp;base64,"];

    private static readonly SearchValues<char> Base64Characters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=");

    /// <summary>Whether showing it would tell another server when and where the message is read.</summary>
    public static bool IsRemote(string? address) =>
        address?.Trim() is { } url
        && (url.StartsWith("//", StringComparison.Ordinal) || (Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"));

    /// <summary>The address of an image to write, or null to drop it.</summary>
    public static string? Image(string url, Func<string, string?> partUrl, bool loadsRemote)
    {
        var address = url.Trim();
        if (address.StartsWith("cid:", StringComparison.OrdinalIgnoreCase))
        {
            return partUrl(Uri.UnescapeDataString(address[4..]).Trim('<', '>'));
        }

        if (loadsRemote && Web(address) is { Scheme: "https" } uri)
        {
            return uri.AbsoluteUri;
        }

        return address.Length <= DataCharactersMax
            && DataImages.Any(prefix => address.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)
                && !address.AsSpan(prefix.Length).ContainsAnyExcept(Base64Characters))
            ? address
            : null;
    }

    /// <summary>The address of a link to write, or null to drop it.</summary>
    public static string? Link(string url) =>
        url.Trim() is var address && address.StartsWith("mailto:", StringComparison.OrdinalIgnoreCase) ? Mail(address) : Web(address)?.AbsoluteUri;

    /// <summary>Without a name before the host, which only serves to look like another one.</summary>
    private static Uri? Web(string address) =>
        address.Length <= LinkCharactersMax && !address.Any(char.IsControl)
        && Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.Host.Length > 0
            ? uri.UserInfo.Length == 0 ? uri : new UriBuilder(uri) { UserName = "", Password = "" }.Uri
            : null;

    private static string? Mail(string address)
    {
        if (address.Length > LinkCharactersMax || address.Any(character => char.IsControl(character) || character is '<' or '>' or '"'))
        {
            return null;
        }

        var (to, fields) = address["mailto:".Length..].Split('?', 2) is [var first, var rest] ? (first, rest.Split('&')) : (address["mailto:".Length..], []);
        var kept = fields.Where(field => MailFields.Contains(field.Split('=')[0].ToLowerInvariant()));
        return HasLineBreak(to) || fields.Any(field => !field.StartsWith("body=", StringComparison.OrdinalIgnoreCase) && HasLineBreak(field))
            ? null
            : "mailto:" + to + string.Concat(kept.Select((field, index) => (index == 0 ? '?' : '&') + field));
    }

    private static bool HasLineBreak(string text) => Uri.UnescapeDataString(text).AsSpan().ContainsAny('\r', '\n', '\0');
}
