using System.Text.Json.Nodes;
using Webmail.Web.Answers;
using Webmail.Web.Journal;
using Webmail.Web.Sessions;

namespace Webmail.Web.Contacts;

/// <summary>Files of contacts, in and out; both name an address book or mean the default one.</summary>
internal static class ContactEndpoints
{
    private const int FileBytesMax = 16 * 1024 * 1024;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/contacts/import", ImportAsync);
        routes.MapGet("/contacts/export", ExportAsync);
    }

    private static async Task ImportAsync(HttpContext context)
    {
        if (await context.RequestServices.GetRequiredService<SignedIn>().RequireAsync(context) is not { } account)
        {
            return;
        }

        if (await RequestBytes.ReadAsync(context, FileBytesMax) is not { } file)
        {
            await Answer.ProblemAsync(context, 413, "The file is too large", $"At most {FileBytesMax} bytes; import it in parts.");
            return;
        }

        var type = MimeKit.ContentType.TryParse(context.Request.ContentType ?? "", out var parsed) ? parsed.MimeType.ToLowerInvariant() : null;
        var outcome = await context.RequestServices.GetRequiredService<ContactImport>()
            .RunAsync(account, AddressBook(context), type, file, context.RequestAborted);
        await (outcome.IsThere ? Answer.JsonAsync(context, Describe(outcome)) : NotFoundAsync(context));
    }

    private static async Task ExportAsync(HttpContext context)
    {
        if (await context.RequestServices.GetRequiredService<SignedIn>().RequireAsync(context) is not { } account)
        {
            return;
        }

        var format = context.Request.Query["format"].ToString();
        if (format is not ("" or "vcard" or "csv"))
        {
            await Answer.ProblemAsync(context, 400, "No such format", "The format is vcard or csv.");
            return;
        }

        var export = context.RequestServices.GetRequiredService<ContactExport>();
        if (await export.RunAsync(account, context.Journal(), AddressBook(context), format == "csv", context.RequestAborted) is not { } file)
        {
            await NotFoundAsync(context);
            return;
        }

        context.Response.Headers.ContentDisposition = $"attachment; filename=\"contacts.{(format == "csv" ? "csv" : "vcf")}\"";
        context.Response.Headers.ContentSecurityPolicy = "default-src 'none'; sandbox; frame-ancestors 'none'";
        await Answer.BytesAsync(context, StatusCodes.Status200OK, format == "csv" ? ContactExport.CsvType : ContactExport.VCardType, file);
    }

    private static JsonObject Describe(ImportOutcome outcome) => new()
    {
        ["created"] = outcome.Created,
        ["merged"] = outcome.Merged,
        ["failed"] = outcome.Failed,
        ["failures"] = new JsonArray([.. outcome.Failures.Select(failure => new JsonObject { ["line"] = failure.Line, ["reason"] = failure.Reason })]),
    };

    private static string? AddressBook(HttpContext context) => context.Request.Query["addressBook"].ToString() is { Length: > 0 } id ? id : null;

    private static Task NotFoundAsync(HttpContext context) =>
        Answer.ProblemAsync(context, StatusCodes.Status404NotFound, "Not found", "There is no such address book in this account.");
}
