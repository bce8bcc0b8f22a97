using Webmail.Mail.Authentication;
using Webmail.Mail.Messages;
using Webmail.Mail.Seams;
using Webmail.Web.Answers;
using Webmail.Web.Index;
using Webmail.Web.Reading;
using Webmail.Web.Sessions;

namespace Webmail.Web.Blobs;

/// <summary>
/// The body of a message, in a mailbox or in a blob, for the reader's frame: no script, and nothing from elsewhere but the images of trusted senders
/// and, this once, with <c>?remote=load</c>; who loads them is the browser.
/// </summary>
internal static class ReaderEndpoint
{
    private static string Policy(bool loadsRemote) =>
        $"default-src 'none'; img-src data: 'self'{(loadsRemote ? " https:" : "")}; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; "
        + "sandbox allow-popups allow-popups-to-escape-sandbox";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/mail/{accountId}/{emailId}/body.html", context => ShowAsync(context, FindAsync));
        routes.MapGet("/mail/{accountId}/blobs/{blobId}/body.html", context => ShowAsync(context, ParseAsync));
    }

    private static async Task ShowAsync(HttpContext context, Func<HttpContext, MailAccount, Task<IReadableEmail?>> find)
    {
        var services = context.RequestServices;
        if (await services.GetRequiredService<SignedIn>().RequireAsync(context) is not { } account)
        {
            return;
        }

        if ((string?)context.Request.RouteValues["accountId"] != account.Id || await find(context, account) is not { } email)
        {
            await Answer.ProblemAsync(context, 404, "Not found", "There is no such message in this account.");
            return;
        }

        var remote = context.Request.Query["remote"] == "load" ? RemoteContent.Loaded : await RemoteAsync(services, account, email, context.RequestAborted);
        var page = await services.GetRequiredService<ReaderPage>().RenderAsync(email, remote, context.RequestAborted);
        context.Response.Headers.ContentSecurityPolicy = Policy(remote.IsLoaded);
        context.Response.Headers.CacheControl = "private, no-cache";
        await Answer.BytesAsync(context, 200, "text/html; charset=utf-8", page);
    }

    /// <summary>What an attached message says of where it was received, anybody may have written.</summary>
    private static async Task<RemoteContent> RemoteAsync(IServiceProvider services, MailAccount account, IReadableEmail readable, CancellationToken cancellationToken)
    {
        if (readable is not StoredEmail { Email: var email } || email.Body.All.All(part => part.Type == "text/plain"))
        {
            return RemoteContent.NotTrusted;
        }

        var senders = await services.GetRequiredService<TrustedSenderStore>().ReadAsync(account, cancellationToken);
        return RemoteContent.IsTrusted(email.Envelope, senders)
            && await services.GetRequiredService<EmailReader>().ReadAsync(account, [email], EmailDetail.Headers, cancellationToken) is [var known]
            ? RemoteContent.Of(email.Envelope, known.Headers, senders, services.GetRequiredService<AuthenticationReader>())
            : RemoteContent.NotTrusted;
    }

    private static async Task<IReadableEmail?> FindAsync(HttpContext context, MailAccount account)
    {
        var services = context.RequestServices;
        return await services.GetRequiredService<MailIndex>().EmailAsync(account, (string?)context.Request.RouteValues["emailId"], context.RequestAborted) is { } known
            && await services.GetRequiredService<EmailReader>().ReadAsync(account, [known], EmailDetail.Body, context.RequestAborted) is [var email]
            ? new StoredEmail(services.GetRequiredService<BodyReader>(), account, email)
            : null;
    }

    private static async Task<IReadableEmail?> ParseAsync(HttpContext context, MailAccount account)
    {
        var id = (string)context.Request.RouteValues["blobId"]!;
        return await context.RequestServices.GetRequiredService<BlobReader>().ReadAsync(account, id, context.RequestAborted) is { Content: { } content }
            && BlobReader.Parse(content) is { } message
            ? new ParsedEmail(message, id)
            : null;
    }
}
