using System.Text;
using Microsoft.AspNetCore.Http;

namespace Splice.Hooks;

/// <summary>The answer to a request whose handling failed: the same bytes whatever went wrong.</summary>
internal static class FixedAnswer
{
    private static readonly byte[] Failed = Encoding.UTF8.GetBytes(
        """{"type":"about:blank","title":"The request failed","status":500,"detail":"Try again. If it fails again, tell the administrator."}""");

    public static void SetDate(HttpContext context, IJournal journal) =>
        context.Response.Headers.Date = journal.Time.GetUtcNow().ToString("r");

    /// <param name="context">The request.</param>
    /// <param name="journal">Its clock.</param>
    /// <param name="badRequestStatus">The status if the client is to blame; then nothing is read from it any more.</param>
    public static async Task WriteAsync(HttpContext context, IJournal journal, int? badRequestStatus)
    {
        var response = context.Response;
        response.Clear();
        SetDate(context, journal);
        if (badRequestStatus is { } status)
        {
            response.StatusCode = status;
            response.ContentLength = 0;
            response.Headers.Connection = "close";
            return;
        }

        response.StatusCode = StatusCodes.Status500InternalServerError;
        response.ContentType = "application/problem+json";
        response.ContentLength = Failed.Length;
        await response.Body.WriteAsync(Failed, CancellationToken.None);
    }
}
