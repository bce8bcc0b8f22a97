using Webmail.Mail.Imap;
using Webmail.Mail.Servers;
using Webmail.Web.Database;

namespace Webmail.Web.Answers;

/// <summary>Names the expected failures in the answer; all others are left to the hooks, which answer 500.</summary>
internal sealed class FailureMiddleware(RequestDelegate next)
{
    private const int RetryAfterSeconds = 2;

    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
        }
        catch (Exception failure) when (!context.Response.HasStarted && StatusOf(failure) is not null)
        {
            var (status, title, type) = StatusOf(failure)!.Value;
            context.Response.ContentLength = null;
            if (status == StatusCodes.Status503ServiceUnavailable)
            {
                context.Response.Headers.RetryAfter = RetryAfterSeconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
            }

            await Answer.ProblemAsync(context, status, title, FailureText.Of(failure), type);
        }
    }

    private static (int Status, string Title, string Type)? StatusOf(Exception failure) => failure switch
    {
        MailUnavailableException => (StatusCodes.Status503ServiceUnavailable, "The mail server does not answer", ProblemTypes.MailAway),
        DatabaseUnavailableException => (StatusCodes.Status503ServiceUnavailable, "The database does not answer", ProblemTypes.StorageAway),
        MailRefusedException => (StatusCodes.Status401Unauthorized, "Sign in again", ProblemTypes.SignInAgain),
        MailNotFoundException or MailUnsupportedException => (StatusCodes.Status404NotFound, "Not found", ProblemTypes.None),
        MailCommandException => (StatusCodes.Status502BadGateway, "The mail server refused", ProblemTypes.None),
        _ => null,
    };
}
