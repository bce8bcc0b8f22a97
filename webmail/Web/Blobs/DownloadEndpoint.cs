using Microsoft.Net.Http.Headers;
using Splice.Hooks;
using Webmail.Mail.Blobs;
using Webmail.Mail.Seams;
using Webmail.Mail.Sieve.Scripts;
using Webmail.Web.Answers;
using Webmail.Web.Contacts;
using Webmail.Web.Drafts;
using Webmail.Web.Index;
using Webmail.Web.Sessions;

namespace Webmail.Web.Blobs;

/// <summary>
/// Downloads a part of a message, a part of a message in a blob, an upload, an attachment of a draft, a Sieve script, or the photo of a contact. The body of a part continues on another backend from
/// its last checkpoint.
/// </summary>
internal static class DownloadEndpoint
{
    // The only types a browser may show from our host; the file's own claim decides nothing else.
    private static readonly string[] ShownTypes = ["image/png", "image/jpeg", "image/gif", "image/webp"];

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapMethods("/jmap/download/{accountId}/{blobId}/{name}", ["GET", "HEAD"], SendAsync);

    private static async Task SendAsync(HttpContext context)
    {
        var services = context.RequestServices;
        if (await services.GetRequiredService<SignedIn>().RequireAsync(context) is not { } account)
        {
            return;
        }

        var blob = (string?)context.Request.RouteValues["blobId"];
        if ((string?)context.Request.RouteValues["accountId"] != account.Id)
        {
            await NotFoundAsync(context);
        }
        else if (UploadId.TryParse(blob, out var upload))
        {
            await SendAsync(context, await services.GetRequiredService<UploadStore>().FindAsync(account, upload, context.RequestAborted));
        }
        else if (NestedBlobId.TryParse(blob, out _) || DraftIds.IsBlob(blob))
        {
            await SendAsync(context, (await services.GetRequiredService<BlobReader>().ReadAsync(account, blob, context.RequestAborted))?.Content);
        }
        else if (ContactIds.TryParseMedia(blob, out var hash))
        {
            await SendAsync(context, await services.GetRequiredService<MediaStore>().FindAsync(account, hash, context.RequestAborted));
        }
        else if (ScriptBlobId.TryParse(blob, out var script))
        {
            await SendScriptAsync(context, await services.GetRequiredService<ScriptReader>().FindAsync(account, script, context.RequestAborted));
        }
        else if (await services.GetRequiredService<MailIndex>().BlobAsync(account, blob, context.RequestAborted) is { } part
            && await services.GetRequiredService<PartFinder>().FindAsync(account, part, context.RequestAborted) is { } content)
        {
            await SendPartAsync(context, account, content);
        }
        else
        {
            await NotFoundAsync(context);
        }
    }

    private static async Task SendPartAsync(HttpContext context, MailAccount account, PartContent content)
    {
        SetHeaders(context, content.Type);
        if (HttpMethods.IsHead(context.Request.Method))
        {
            context.Response.ContentLength = content.DecodedBytes;
            return;
        }

        var sender = context.RequestServices.GetRequiredService<PartSender>();
        await context.Response.SendResumableAsync(
            content.DecodedBytes,
            (from, writer, token) => sender.SendAsync(account.Credentials, content, PartState.Read(from.State), new BodySink(writer), token),
            context.RequestAborted);
    }

    private static async Task SendAsync(HttpContext context, Upload? upload)
    {
        if (upload is null)
        {
            await NotFoundAsync(context);
            return;
        }

        SetHeaders(context, upload.Type);
        await Answer.BytesAsync(context, StatusCodes.Status200OK, context.Response.ContentType!, upload.Content);
    }

    private static async Task SendScriptAsync(HttpContext context, byte[]? content)
    {
        if (content is null)
        {
            await NotFoundAsync(context);
            return;
        }

        SetHeaders(context, ScriptBlobs.Type);
        await Answer.BytesAsync(context, StatusCodes.Status200OK, context.Response.ContentType!, content);
    }

    private static void SetHeaders(HttpContext context, string type)
    {
        var response = context.Response;
        var requested = context.Request.Query["type"].ToString();
        var shown = ShownTypes.Contains(type) && (requested.Length == 0 || requested == type);
        response.ContentType = shown ? type : "application/octet-stream";
        var disposition = new ContentDispositionHeaderValue(shown && !context.Request.Query.ContainsKey("download") ? "inline" : "attachment");
        disposition.SetHttpFileName(((string?)context.Request.RouteValues["name"])?.Replace('/', '_') ?? "attachment");
        response.Headers.ContentDisposition = disposition.ToString();
        response.Headers.ContentSecurityPolicy = "default-src 'none'; sandbox; frame-ancestors 'none'";
        // Content never changes under its id; the cache of this user's browser only.
        response.Headers.CacheControl = "private, max-age=31536000, immutable";
    }

    private static Task NotFoundAsync(HttpContext context) =>
        Answer.ProblemAsync(context, StatusCodes.Status404NotFound, "Not found", "There is no such blob in this account.");

    private sealed class BodySink(IBodyWriter writer) : IPartSink
    {
        public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) =>
            writer.WriteAsync(bytes, cancellationToken);

        public ValueTask CheckpointAsync(ReadOnlyMemory<byte> state, CancellationToken cancellationToken) =>
            writer.CheckpointAsync(state, cancellationToken);
    }
}
