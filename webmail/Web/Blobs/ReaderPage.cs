using System.Text;
using Webmail.Mail.Html;
using Webmail.Mail.Messages;

namespace Webmail.Web.Blobs;

/// <summary>A message's body as one page.</summary>
internal sealed class ReaderPage(HtmlCleaner cleaner)
{
    private const string Before =
        "<!doctype html><html><head><meta charset=\"utf-8\"><meta name=\"color-scheme\" content=\"light\">"
        + "<style>body{margin:12px;font:15px/1.5 system-ui,sans-serif;color:#1b1f24;background:#fff;overflow-wrap:anywhere}"
        + "a[data-target]::after{content:\" [\" attr(data-target) \"]\";color:#a40000}.notice{padding:8px 12px;background:#fff4d6;border-radius:6px}"
        + "img{max-width:100%;height:auto}img[data-blocked]{display:none}blockquote{margin:0 0 0 8px;padding-left:12px;border-left:3px solid #ccd}</style></head><body>";

    private const string Partial = "<p class=\"notice\" role=\"note\">This message can't be shown: its header or its structure is beyond what is read. Its source can be downloaded.</p>";
    private const string TooMany = "<p class=\"notice\" role=\"note\">This message has more parts than are shown. They are in its source.</p>";
    private const string TooLarge = "<p class=\"notice\" role=\"note\">This message is too large or too entangled to be shown as it was meant. This is its text.</p>";

    public async Task<byte[]> RenderAsync(IReadableEmail whole, CancellationToken cancellationToken)
    {
        var email = await UnpackedEmail.OfAsync(whole, whole.Email.Body.Html, cancellationToken);
        var page = new StringBuilder(Before);
        page.Append(email.Email.Envelope.IsPartial ? Partial : "");
        var texts = email.Email.Body.Html.Where(part => part.Type is "text/html" or "text/plain").ToList();
        foreach (var part in texts.Take(BodyReader.PartsMax))
        {
            page.Append(await RenderAsync(email, part, cancellationToken));
        }

        page.Append(texts.Count > BodyReader.PartsMax ? TooMany : "");
        page.Append("</body></html>");
        return Encoding.UTF8.GetBytes(page.ToString());
    }

    private async Task<string> RenderAsync(IReadableEmail email, EmailPart part, CancellationToken cancellationToken)
    {
        var body = await email.ReadAsync(part, cancellationToken);
        if (part.Type != "text/html")
        {
            return PlainText.ToHtml(body.Value, part.IsFlowed, part.DeletesSpace);
        }

        var images = await InlineImages.ReadAsync(email, body.Value, cancellationToken);
        return cleaner.Clean(body.Value, images.GetValueOrDefault) is { } clean
            ? clean.Html
            : TooLarge + PlainText.ToHtml(HtmlText.Of(body.Value));
    }
}
