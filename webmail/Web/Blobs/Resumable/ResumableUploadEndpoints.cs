using System.Globalization;
using Webmail.Mail.Seams;
using Webmail.Mail.Sending;
using Webmail.Web.Answers;
using Webmail.Web.Jmap;
using Webmail.Web.Journal;
using Webmail.Web.Sessions;

namespace Webmail.Web.Blobs.Resumable;

/// <summary>
/// Takes a file in parts, each durable before it is acknowledged, so that an upload goes on where it was after whatever happens to
/// the browser, its network or us (tus 1.0.0). A whole one is a blob under the last segment of its address.
/// </summary>
internal static class ResumableUploadEndpoints
{
    private const string Collection = "/jmap/upload/{accountId}/parts";
    private const string One = Collection + "/{blobId}";

    public static string Url(string accountId) => $"/jmap/upload/{accountId}/parts";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapMethods(Collection, ["OPTIONS"], DescribeAsync);
        routes.MapPost(Collection, context => WithAccountAsync(context, BeginAsync));
        routes.MapMethods(One, ["HEAD"], context => WithUploadAsync(context, TellAsync));
        routes.MapPatch(One, context => WithUploadAsync(context, AppendAsync));
        routes.MapDelete(One, context => WithUploadAsync(context, RemoveAsync));
    }

    /// <summary>Anybody may ask what this speaks: it is the same for all.</summary>
    private static Task DescribeAsync(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers["Tus-Resumable"] = TusProtocol.Version;
        headers["Tus-Version"] = TusProtocol.Version;
        headers["Tus-Extension"] = TusProtocol.Extensions;
        headers["Tus-Checksum-Algorithm"] = TusProtocol.ChecksumAlgorithms;
        headers["Tus-Max-Size"] = TusProtocol.Text(JmapLimits.ResumableBytesMax);
        return Answer.NoContentAsync(context);
    }

    private static async Task BeginAsync(HttpContext context, MailAccount account)
    {
        if (TusProtocol.Bytes(context.Request.Headers, "Upload-Length") is not { } bytes)
        {
            await Answer.ProblemAsync(context, 400, "How long is the file?", "Upload-Length must be a number of bytes.");
            return;
        }

        var servers = await context.RequestServices.GetRequiredService<AttachmentLimit>().ReadAsync(account, context.RequestAborted);
        var bytesMax = Math.Min(servers, JmapLimits.ResumableBytesMax);
        if (bytes > bytesMax)
        {
            await Answer.ProblemAsync(
                context, 413, "The file is too large", $"It has {bytes} bytes; at most {bytesMax} can be sent.",
                "urn:ietf:params:jmap:error:limit", "maxSizeUpload");
            return;
        }

        var journal = context.Journal();
        var id = new UploadId(journal.Entropy.NewGuid());
        var type = UploadType.Of(TusProtocol.Metadata(context.Request.Headers, "filetype"));
        var now = journal.Time.GetUtcNow();
        var store = context.RequestServices.GetRequiredService<UploadPartStore>();
        await journal.PerformAsync(
            "upload.begin", new RepeatableEffect<bool>(token => store.BeginAsync(account.Id, id, type, bytes, now, token)), context.RequestAborted);
        context.Response.Headers.Location = $"{Url(account.Id)}/{id}";
        Tell(context, new UploadProgress(0, bytes, now));
        context.Response.StatusCode = 201;
    }

    private static Task TellAsync(HttpContext context, MailAccount account, UploadId id, UploadProgress upload)
    {
        Tell(context, upload);
        context.Response.Headers["Upload-Length"] = TusProtocol.Text(upload.Bytes);
        context.Response.Headers.CacheControl = "no-store";
        context.Response.StatusCode = 200;
        return Task.CompletedTask;
    }

    private static async Task AppendAsync(HttpContext context, MailAccount account, UploadId id, UploadProgress upload)
    {
        var headers = context.Request.Headers;
        if (headers.ContentType != TusProtocol.PartType || TusProtocol.Bytes(headers, "Upload-Offset") is not { } offset)
        {
            await Answer.ProblemAsync(context, 415, "Not a part", $"Send {TusProtocol.PartType} with Upload-Offset, a number of bytes.");
            return;
        }

        if (await RequestBytes.ReadAsync(context, JmapLimits.UploadBytesMax) is not { } part)
        {
            await Answer.ProblemAsync(context, 413, "The part is too large", $"Send at most {JmapLimits.UploadBytesMax} bytes at once.");
            return;
        }

        var hasChecksum = TusProtocol.HasChecksum(headers, part.Span);
        if (hasChecksum is not true)
        {
            await (hasChecksum is null
                ? Answer.ProblemAsync(context, 400, "Unknown checksum", $"Upload-Checksum is one of {TusProtocol.ChecksumAlgorithms} and Base64.")
                : Answer.ProblemAsync(context, TusProtocol.ChecksumMismatch, "Checksum mismatch", "Something on the way has changed the part; send it again."));
            return;
        }

        var store = context.RequestServices.GetRequiredService<UploadPartStore>();
        var appended = await context.Journal().PerformAsync(
            "upload.append", new RepeatableEffect<bool>(token => store.AppendAsync(account.Id, id, offset, part, token)), context.RequestAborted);
        if (!appended)
        {
            await Answer.ProblemAsync(
                context, 409, "Not the next part", $"A part of {part.Length} bytes does not fit at {offset} of {upload.Bytes}; ask with HEAD where to go on.");
            return;
        }

        Tell(context, upload with { Received = offset + part.Length });
        await Answer.NoContentAsync(context);
    }

    private static async Task RemoveAsync(HttpContext context, MailAccount account, UploadId id, UploadProgress upload)
    {
        var store = context.RequestServices.GetRequiredService<UploadPartStore>();
        await context.Journal().PerformAsync(
            "upload.remove", new RepeatableEffect<bool>(token => store.RemoveAsync(account.Id, id, token)), context.RequestAborted);
        await Answer.NoContentAsync(context);
    }

    private static void Tell(HttpContext context, UploadProgress upload)
    {
        context.Response.Headers["Upload-Offset"] = TusProtocol.Text(upload.Received);
        context.Response.Headers["Upload-Expires"] = (upload.Created + UploadStore.Lifetime).ToString("R", CultureInfo.InvariantCulture);
    }

    private static async Task WithAccountAsync(HttpContext context, Func<HttpContext, MailAccount, Task> serve)
    {
        context.Response.Headers["Tus-Resumable"] = TusProtocol.Version;
        if (context.Request.Headers["Tus-Resumable"] != TusProtocol.Version)
        {
            context.Response.Headers["Tus-Version"] = TusProtocol.Version;
            await Answer.ProblemAsync(context, 412, "Another version", $"Send Tus-Resumable: {TusProtocol.Version}.");
        }
        else if (await context.RequestServices.GetRequiredService<SignedIn>().RequireAsync(context) is { } account)
        {
            await ((string?)context.Request.RouteValues["accountId"] == account.Id
                ? serve(context, account)
                : Answer.ProblemAsync(context, 404, "Not found", "There is no such account."));
        }
    }

    private static Task WithUploadAsync(HttpContext context, Func<HttpContext, MailAccount, UploadId, UploadProgress, Task> serve) =>
        WithAccountAsync(context, async (_, account) =>
        {
            var store = context.RequestServices.GetRequiredService<UploadPartStore>();
            await (UploadId.TryParse((string?)context.Request.RouteValues["blobId"], out var id)
                && await store.FindAsync(account, id, context.RequestAborted) is { } upload
                    ? serve(context, account, id, upload)
                    : Answer.ProblemAsync(context, 404, "Not found", "There is no such upload; it may have expired. Begin anew."));
        });
}
