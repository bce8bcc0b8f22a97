using System.Text.Json.Nodes;
using Webmail.Web.Answers;
using Webmail.Web.Jmap;
using Webmail.Web.Journal;
using Webmail.Web.Sessions;

namespace Webmail.Web.Blobs;

/// <summary>Takes a small file (RFC 8620 §6.1).</summary>
internal static class UploadEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/jmap/upload/{accountId}/", StoreAsync);

    private static async Task StoreAsync(HttpContext context)
    {
        if (await context.RequestServices.GetRequiredService<SignedIn>().RequireAsync(context) is not { } account)
        {
            return;
        }

        if ((string?)context.Request.RouteValues["accountId"] != account.Id)
        {
            await Answer.ProblemAsync(context, 404, "Not found", "There is no such account.");
            return;
        }

        if (await RequestBytes.ReadAsync(context, JmapLimits.UploadBytesMax) is not { } content)
        {
            await Answer.ProblemAsync(
                context, 413, "The file is too large", $"At most {JmapLimits.UploadBytesMax} bytes.", "urn:ietf:params:jmap:error:limit", "maxSizeUpload");
            return;
        }

        var journal = context.Journal();
        var id = new UploadId(journal.Entropy.NewGuid());
        var type = UploadType.Of(context.Request.ContentType);
        var now = journal.Time.GetUtcNow();
        var store = context.RequestServices.GetRequiredService<UploadStore>();
        await journal.PerformAsync(
            "upload.add",
            new RepeatableEffect<bool>(token => store.AddAsync(account.Id, id, type, content, now, token)),
            context.RequestAborted);
        await Answer.JsonAsync(
            context,
            new JsonObject { ["accountId"] = account.Id, ["blobId"] = id.ToString(), ["type"] = type, ["size"] = content.Length });
    }
}
