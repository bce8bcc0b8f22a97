using Webmail.Web.Answers;
using Webmail.Web.Sessions;

namespace Webmail.Web.Status;

/// <summary>
/// GET /status: what works for whoever is signed in and what waits, in plain words. Without the database nobody is known; then the 503 says so itself.
/// </summary>
internal static class StatusEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/status", ShowAsync);

    private static async Task ShowAsync(HttpContext context)
    {
        if (await context.RequestServices.GetRequiredService<SignedIn>().RequireAsync(context) is not { } account)
        {
            return;
        }

        var known = await context.RequestServices.GetRequiredService<StatusReader>().ReadAsync(account, context.RequestAborted);
        await Answer.JsonAsync(context, StatusJson.Describe(known));
    }
}
