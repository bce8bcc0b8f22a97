using Webmail.Web.Answers;

namespace Webmail.Web.Files;

/// <summary>Serves the browser application; a path it does not know is one of the application's own pages.</summary>
internal static class StaticFiles
{
    private const string Index = "/index.html";

    // Never the application's page: a program asking here wants an error it understands.
    private static readonly string[] NotPages = ["/assets/", "/jmap/", "/mail/", "/contacts/import", "/contacts/export", "/session", "/.well-known/"];

    public static void Map(IEndpointRouteBuilder routes) => routes.MapMethods("/{**path}", ["GET", "HEAD"], SendAsync);

    private static Task SendAsync(HttpContext context)
    {
        var files = context.RequestServices.GetRequiredService<FileSet>();
        var path = context.Request.Path.Value ?? "/";
        if (files.Find(path) is { } file)
        {
            return SendAsync(context, file, path.StartsWith("/assets/", StringComparison.Ordinal));
        }

        return NotPages.Any(prefix => path.StartsWith(prefix, StringComparison.Ordinal)) || files.Find(Index) is not { } index
            ? Answer.ProblemAsync(context, 404, "Not found", $"There is nothing at {path}.")
            : SendAsync(context, index, false);
    }

    private static Task SendAsync(HttpContext context, AppFile file, bool immutable)
    {
        var response = context.Response;
        response.Headers.ETag = file.Tag;
        response.Headers.CacheControl = immutable ? "public, max-age=31536000, immutable" : "no-cache";
        if (context.Request.Headers.IfNoneMatch == file.Tag)
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }

        return Answer.BytesAsync(context, StatusCodes.Status200OK, file.Type, file.Content);
    }
}
