using System.Text;
using Microsoft.AspNetCore.Http;

namespace Splice.Hooks;

/// <summary>Answers that the application does not give itself: the same bytes whatever went wrong.</summary>
internal static class FixedAnswer
{
    private static readonly byte[] Failed = Encoding.UTF8.GetBytes(
        """{"type":"about:blank","title":"The request failed","status":500,"detail":"Try again. If it fails again, tell the administrator."}""");

    private static readonly byte[] Misdirected = Encoding.UTF8.GetBytes(
        """{"type":"about:blank","title":"Misdirected request","status":421,"detail":"This connection serves another host. Send the request on a new connection."}""");

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

        await WriteAsync(response, StatusCodes.Status500InternalServerError, Failed);
    }

    /// <summary>The host belongs elsewhere (RFC 9110 §15.5.20): the splice routes a connection by its first request.</summary>
    public static Task WriteMisdirectedAsync(HttpContext context) =>
        WriteAsync(context.Response, StatusCodes.Status421MisdirectedRequest, Misdirected);

    private static async Task WriteAsync(HttpResponse response, int status, byte[] problem)
    {
        response.StatusCode = status;
        response.ContentType = "application/problem+json";
        response.ContentLength = problem.Length;
        await response.Body.WriteAsync(problem, CancellationToken.None);
    }
}
