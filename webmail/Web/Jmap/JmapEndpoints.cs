using Webmail.Web.Answers;
using Webmail.Web.Sessions;

namespace Webmail.Web.Jmap;

/// <summary>The session object and the API endpoint.</summary>
internal static class JmapEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/.well-known/jmap", DescribeAsync);
        routes.MapPost("/jmap/api/", RunAsync);
    }

    private static async Task DescribeAsync(HttpContext context)
    {
        if (await context.RequestServices.GetRequiredService<SignedIn>().RequireAsync(context) is { } account)
        {
            var session = JmapSession.Describe(account, $"{context.Request.Scheme}://{context.Request.Host}");
            await context.RequestServices.GetRequiredService<SieveSession>().DescribeAsync(account, session, context.RequestAborted);
            await Answer.JsonAsync(context, session);
        }
    }

    private static async Task RunAsync(HttpContext context)
    {
        if (await context.RequestServices.GetRequiredService<SignedIn>().RequireAsync(context) is not { } account)
        {
            return;
        }

        if (await RequestBytes.ReadAsync(context, JmapLimits.RequestBytesMax) is not { } body)
        {
            await RefuseAsync(context, new RequestError("limit", $"At most {JmapLimits.RequestBytesMax} bytes.", "maxSizeRequest"));
            return;
        }

        var (request, error) = JmapRequest.Parse(body.Span);
        if (request is null)
        {
            await RefuseAsync(context, error!);
            return;
        }

        var dispatcher = context.RequestServices.GetRequiredService<JmapDispatcher>();
        await Answer.JsonAsync(context, await dispatcher.RunAsync(request, account, context.RequestAborted));
    }

    private static Task RefuseAsync(HttpContext context, RequestError error) =>
        Answer.ProblemAsync(
            context, 400, "The request is refused", error.Detail, $"urn:ietf:params:jmap:error:{error.Type}", error.Limit);
}
