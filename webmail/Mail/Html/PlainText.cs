using System.Net;
using System.Text;

namespace Webmail.Mail.Html;

/// <summary>Plain text as HTML: split into words first, each encoded on its own; markup is never searched for addresses.</summary>
public static class PlainText
{
    private const string Trailing = ".,;:!?)]}>\"'";

    public static string ToHtml(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var html = new StringBuilder("<pre style=\"white-space: pre-wrap; overflow-wrap: anywhere; font-family: inherit\">", text.Length * 2);
        var start = 0;
        for (var index = 0; index <= text.Length; index++)
        {
            if (index < text.Length && !char.IsWhiteSpace(text[index]) && text[index] is not ('<' or '>' or '"'))
            {
                continue;
            }

            Append(html, text[start..index]);
            if (index < text.Length)
            {
                html.Append(WebUtility.HtmlEncode(text[index].ToString()));
            }

            start = index + 1;
        }

        return html.Append("</pre>").ToString();
    }

    private static void Append(StringBuilder html, string word)
    {
        var address = word.TrimEnd(Trailing.ToCharArray());
        var linked = (address.StartsWith("https://", StringComparison.Ordinal) || address.StartsWith("http://", StringComparison.Ordinal))
            && Uri.TryCreate(address, UriKind.Absolute, out _);
        if (!linked)
        {
            html.Append(WebUtility.HtmlEncode(word));
            return;
        }

        html.Append("<a target=\"_blank\" rel=\"noopener noreferrer nofollow\" href=\"").Append(WebUtility.HtmlEncode(address)).Append("\">")
            .Append(WebUtility.HtmlEncode(address)).Append("</a>").Append(WebUtility.HtmlEncode(word[address.Length..]));
    }
}
