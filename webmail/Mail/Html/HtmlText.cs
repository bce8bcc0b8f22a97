using System.Text;
using MimeKit.Text;

namespace Webmail.Mail.Html;

/// <summary>The text in HTML, for documents that are not shown as such. Reads tags one by one, builds no tree, and so takes as long as the text is.</summary>
public static class HtmlText
{
    private const int LinesMax = 20_000;

    public static string Of(string html)
    {
        ArgumentNullException.ThrowIfNull(html);
        var text = new StringBuilder();
        using var reader = new StringReader(html);
        var tokenizer = new HtmlTokenizer(reader) { DecodeCharacterReferences = true, IgnoreTruncatedTags = true };
        var hidden = 0;
        var lines = 0;
        while (lines < LinesMax && tokenizer.ReadNextToken(out var token))
        {
            if (token is HtmlTagToken { Id: HtmlTagId.Style or HtmlTagId.Script or HtmlTagId.Title or HtmlTagId.Head } head)
            {
                hidden = head.IsEndTag ? 0 : 1;
            }
            else if (token is HtmlTagToken { Id: HtmlTagId.Body })
            {
                hidden = 0;
            }
            else if (token is HtmlTagToken { Id: HtmlTagId.Br or HtmlTagId.P or HtmlTagId.Div or HtmlTagId.TR or HtmlTagId.LI } && text is not [.., '\n'])
            {
                text.Append('\n');
                lines++;
            }
            else if (hidden == 0 && token.Kind == HtmlTokenKind.Data)
            {
                text.AppendJoin(' ', ((HtmlDataToken)token).Data.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).Append(' ');
            }
        }

        return text.ToString().Trim();
    }
}
