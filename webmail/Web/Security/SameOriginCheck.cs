using Webmail.Web.Answers;

namespace Webmail.Web.Security;

/// <summary>Refuses unsafe requests that another site's page sent with our user's cookie.</summary>
internal sealed class SameOriginCheck(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context)
    {
        var request = context.Request;
        return IsSafe(request.Method) || request.Headers.ContainsKey("Authorization") || IsOurs(request)
            ? next(context)
            : Answer.ProblemAsync(
                context,
                StatusCodes.Status403Forbidden,
                "Request from another site",
                "Send Sec-Fetch-Site: same-origin, an Origin with this host, or an Authorization header.");
    }

    private static bool IsSafe(string method) =>
        HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method);

    private static bool IsOurs(HttpRequest request)
    {
        var site = request.Headers["Sec-Fetch-Site"].ToString();
        if (site.Length > 0)
        {
            return site is "same-origin" or "none";
        }

        return Uri.TryCreate(request.Headers.Origin, UriKind.Absolute, out var origin)
            && string.Equals(origin.Authority, request.Host.Value, StringComparison.OrdinalIgnoreCase);
    }
}
