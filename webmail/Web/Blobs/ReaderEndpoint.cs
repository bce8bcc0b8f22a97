using System.Text;
using Webmail.Mail.Html;
using Webmail.Mail.Messages;
using Webmail.Mail.Seams;
using Webmail.Web.Answers;
using Webmail.Web.Index;
using Webmail.Web.Sessions;

namespace Webmail.Web.Blobs;

/// <summary>A message's body as one page for the reader's frame: no script, nothing from elsewhere.</summary>
internal static class ReaderEndpoint
{
    private const string Policy =
        "default-src 'none'; img-src data: 'self'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; "
        + "sandbox allow-popups allow-popups-to-escape-sandbox";

    private const string Before =
        "<!doctype html><html><head><meta charset=\"utf-8\"><meta name=\"color-scheme\" content=\"light\">"
        + "<style>body{margin:12px;font:15px/1.5 system-ui,sans-serif;color:#1b1f24;background:#fff;overflow-wrap:anywhere}"
        + "a[data-target]::after{content:\" [\" attr(data-target) \"]\";color:#a40000}.notice{padding:8px 12px;background:#fff4d6;border-radius:6px}"
        + "img{max-width:100%;height:auto}img[data-blocked]{display:none}blockquote{margin:0 0 0 8px;padding-left:12px;border-left:3px solid #ccd}</style></head><body>";

    private const string Partial = "<p class=\"notice\" role=\"note\">This message can't be shown: its header or its structure is beyond what is read. Its source can be downloaded.</p>";
    private const string TooMany = "<p class=\"notice\" role=\"note\">This message has more parts than are shown. They are in its source.</p>";
    private const string TooLarge = "<p class=\"notice\" role=\"note\">This message is too large or too entangled to be shown as it was meant. This is its text.</p>";

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/mail/{accountId}/{emailId}/body.html", ShowAsync);

    private static async Task ShowAsync(HttpContext context)
    {
        var services = context.RequestServices;
        if (await services.GetRequiredService<SignedIn>().RequireAsync(context) is not { } account)
        {
            return;
        }

        if ((string?)context.Request.RouteValues["accountId"] != account.Id
            || await services.GetRequiredService<MailIndex>().EmailAsync(account, (string?)context.Request.RouteValues["emailId"], context.RequestAborted) is not { } known
            || await services.GetRequiredService<EmailReader>().ReadAsync(account, [known], EmailDetail.Body, context.RequestAborted)
                is not [var email])
        {
            await Answer.ProblemAsync(context, 404, "Not found", "There is no such message in this account.");
            return;
        }

        var page = new StringBuilder(Before);
        page.Append(email.Envelope.IsPartial ? Partial : "");
        var texts = email.Body.Html.Where(part => part.Type is "text/html" or "text/plain").ToList();
        foreach (var part in texts.Take(BodyReader.PartsMax))
        {
            page.Append(await RenderAsync(context, account, email, part));
        }

        page.Append(texts.Count > BodyReader.PartsMax ? TooMany : "");

        page.Append("</body></html>");
        context.Response.Headers.ContentSecurityPolicy = Policy;
        context.Response.Headers.CacheControl = "private, no-cache";
        await Answer.BytesAsync(context, 200, "text/html; charset=utf-8", Encoding.UTF8.GetBytes(page.ToString()));
    }

    private static async Task<string> RenderAsync(HttpContext context, MailAccount account, Email email, EmailPart part)
    {
        var services = context.RequestServices;
        var bodies = services.GetRequiredService<BodyReader>();
        var body = await bodies.ReadAsync(account, part, context.RequestAborted);
        if (part.Type != "text/html")
        {
            return PlainText.ToHtml(body.Value, part.IsFlowed, part.DeletesSpace);
        }

        var images = await InlineImages.ReadAsync(bodies, account, email, body.Value, context.RequestAborted);
        return services.GetRequiredService<HtmlCleaner>().Clean(body.Value, images.GetValueOrDefault) is { } clean
            ? clean.Html
            : TooLarge + PlainText.ToHtml(HtmlText.Of(body.Value));
    }
}
