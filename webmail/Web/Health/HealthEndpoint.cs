using Webmail.Web.Answers;

namespace Webmail.Web.Health;

/// <summary>GET /health: this process answers. Mail server and database are not asked: their failure must not empty the pool.</summary>
internal static class HealthEndpoint
{
    private static readonly byte[] Ok = "ok\n"u8.ToArray();

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/health", context => Answer.BytesAsync(context, StatusCodes.Status200OK, "text/plain", Ok));
}
