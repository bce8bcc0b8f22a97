using System.Text;
using Webmail.Mail.Html;
using Webmail.Mail.Messages;
using Webmail.Web.Reading;

namespace Webmail.Web.Blobs;

/// <summary>A message's body as one page.</summary>
internal sealed class ReaderPage(HtmlCleaner cleaner)
{
    private const string Before =
        "<!doctype html><html><head><meta charset=\"utf-8\"><meta name=\"color-scheme\" content=\"light\">"
        + "<style>body{margin:12px;font:15px/1.5 system-ui,sans-serif;color:#1b1f24;background:#fff;overflow-wrap:anywhere}"
        // Senders can neither shrink nor cover what we say: it has a font of its own, and is above all that has no position, which nothing of theirs has.
        + "a[data-target]::after,.notice{position:relative;z-index:1;font:13px/1.5 system-ui,sans-serif;letter-spacing:normal;word-spacing:normal}"
        + "a[data-target]::after{content:\" [\" attr(data-target) \"]\";color:#a40000;background:#fff}.notice{padding:8px 12px;background:#fff4d6;border-radius:6px}"
        + "img{max-width:100%;height:auto}img[data-blocked]{display:none}blockquote{margin:0 0 0 8px;padding-left:12px;border-left:3px solid #ccd}</style></head><body>";

    private const string Partial = "<p class=\"notice\" role=\"note\">This message can't be shown: its header or its structure is beyond what is read. Its source can be downloaded.</p>";
    private const string TooMany = "<p class=\"notice\" role=\"note\">This message has more parts than are shown. They are in its source.</p>";
    private const string NotVerified = "<p class=\"notice\" role=\"note\">Images from elsewhere are not loaded: you trust this sender, but no mail server has said whether it is the sender.</p>";
    private const string NotAuthentic = "<p class=\"notice\" role=\"note\">Images from elsewhere are not loaded: you trust this sender, but this message may be from somebody else.</p>";
    private const string TooLarge = "<p class=\"notice\" role=\"note\">This message is too large or too entangled to be shown as it was meant. This is its text.</p>";

    public async Task<byte[]> RenderAsync(IReadableEmail whole, RemoteContent remote, CancellationToken cancellationToken)
    {
        var email = await UnpackedEmail.OfAsync(whole, whole.Email.Body.Html, cancellationToken);
        var page = new StringBuilder(Before);
        page.Append(email.Email.Envelope.IsPartial ? Partial : "");
        var texts = email.Email.Body.Html.Where(part => part.Type is "text/html" or "text/plain").ToList();
        foreach (var part in texts.Take(BodyReader.PartsMax))
        {
            page.Append(await RenderAsync(email, part, remote, cancellationToken));
        }

        page.Append(texts.Count > BodyReader.PartsMax ? TooMany : "");
        page.Append("</body></html>");
        return Encoding.UTF8.GetBytes(page.ToString());
    }

    private async Task<string> RenderAsync(IReadableEmail email, EmailPart part, RemoteContent remote, CancellationToken cancellationToken)
    {
        var body = await email.ReadAsync(part, cancellationToken);
        if (part.Type != "text/html")
        {
            return PlainText.ToHtml(body.Value, part.IsFlowed, part.DeletesSpace);
        }

        var images = await InlineImages.ReadAsync(email, body.Value, cancellationToken);
        return cleaner.Clean(body.Value, images.GetValueOrDefault, remote.IsLoaded) is { } clean
            ? (clean.RemoteImages > 0 ? Notice(remote) : "") + clean.Html
            : TooLarge + PlainText.ToHtml(HtmlText.Of(body.Value));
    }

    private static string Notice(RemoteContent remote) => remote.Reason switch
    {
        RemoteContent.NotVerified => NotVerified,
        RemoteContent.NotAuthentic => NotAuthentic,
        _ => "",
    };
}
