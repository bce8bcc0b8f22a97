using System.Net;
using System.Text;

namespace Webmail.Mail.Html;

/// <summary>Plain text as HTML: split into lines and words first, each encoded on its own; markup is never searched for addresses.</summary>
public static class PlainText
{
    private const string Trailing = ".,;:!?)]}>\"'";
    private const int DepthMax = 20;
    private const int AddressCharactersMax = 4096;

    /// <param name="text">With line feeds.</param>
    /// <param name="flowed">Whether lines flow (format=flowed, RFC 3676).</param>
    /// <param name="deletesSpace">DelSp=yes.</param>
    public static string ToHtml(string text, bool flowed = false, bool deletesSpace = false)
    {
        ArgumentNullException.ThrowIfNull(text);
        var html = new StringBuilder("<div style=\"white-space: pre-wrap; overflow-wrap: anywhere\">", text.Length * 2);
        var depth = 0;
        var isFirst = true;
        foreach (var line in flowed ? QuotedLine.OfFlowed(text, deletesSpace) : QuotedLine.Of(text))
        {
            var wanted = Math.Min(line.Depth, DepthMax);
            if (!isFirst && wanted == depth)
            {
                html.Append('\n');
            }

            html.Insert(html.Length, "<blockquote>", Math.Max(0, wanted - depth)).Insert(html.Length, "</blockquote>", Math.Max(0, depth - wanted));
            (depth, isFirst) = (wanted, false);
            Append(html, line.Text);
        }

        return html.Insert(html.Length, "</blockquote>", depth).Append("</div>").ToString();
    }

    private static void Append(StringBuilder html, string line)
    {
        var start = 0;
        for (var index = 0; index <= line.Length; index++)
        {
            if (index < line.Length && !char.IsWhiteSpace(line[index]) && line[index] is not ('<' or '>' or '"'))
            {
                continue;
            }

            AppendWord(html, line[start..index]);
            if (index < line.Length)
            {
                html.Append(WebUtility.HtmlEncode(line[index].ToString()));
            }

            start = index + 1;
        }
    }

    private static void AppendWord(StringBuilder html, string word)
    {
        var address = word.TrimEnd(Trailing.ToCharArray());
        var linked = address.Length <= AddressCharactersMax && !address.Any(char.IsControl)
            && (address.StartsWith("https://", StringComparison.Ordinal) || address.StartsWith("http://", StringComparison.Ordinal))
            // A name before the host only serves to look like another one.
            && Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.UserInfo.Length == 0;
        if (!linked)
        {
            html.Append(WebUtility.HtmlEncode(word));
            return;
        }

        html.Append("<a target=\"_blank\" rel=\"noopener noreferrer nofollow\" href=\"").Append(WebUtility.HtmlEncode(address)).Append("\">")
            .Append(WebUtility.HtmlEncode(address)).Append("</a>").Append(WebUtility.HtmlEncode(word[address.Length..]));
    }
}
