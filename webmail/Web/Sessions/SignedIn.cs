using System.Net.Http.Headers;
using System.Text;
using Webmail.Mail.Seams;
using Webmail.Web.Answers;
using Webmail.Web.Journal;

namespace Webmail.Web.Sessions;

/// <summary>Finds out whose request this is: by the Authorization header (Basic, RFC 7617) or by the session cookie.</summary>
internal sealed class SignedIn(SessionStore sessions, PasswordCheck passwords)
{
    public const string Cookie = "session";

    /// <summary>The account, or null after the request has been answered with 401 or 429.</summary>
    public async ValueTask<MailAccount?> RequireAsync(HttpContext context)
    {
        var credentials = context.Request.Headers.ContainsKey("Authorization")
            ? await ByHeaderAsync(context)
            : await ByCookieAsync(context);
        if (credentials is not null)
        {
            return context.Account(credentials);
        }

        if (!context.Response.HasStarted && context.Response.StatusCode == StatusCodes.Status200OK)
        {
            // Without a challenge: browsers would show their own dialog over the sign-in page.
            await Answer.ProblemAsync(context, 401, "Sign in", "This needs a session cookie or an Authorization header.");
        }

        return null;
    }

    private async ValueTask<Credentials?> ByCookieAsync(HttpContext context)
    {
        if (!SessionKey.TryParse(context.Request.Cookies[Cookie], out var key))
        {
            return null;
        }

        var journal = context.Journal();
        var row = await journal.ChooseAsync(
            "session.find", token => sessions.FindAsync(key.RowId(), journal.Time.GetUtcNow(), token), context.RequestAborted);
        return row is null ? null : CredentialSeal.Open(key, row);
    }

    private async ValueTask<Credentials?> ByHeaderAsync(HttpContext context)
    {
        if (ParseBasic(context.Request.Headers.Authorization) is not { } credentials)
        {
            return null;
        }

        var address = ClientNetwork.Of(context.Connection.RemoteIpAddress);
        var answer = await context.Journal().ChooseAsync(
            "password.check", token => passwords.CheckAsync(credentials, address, mayRemember: true, token), context.RequestAborted);
        if (answer == PasswordAnswer.TooManyFailures)
        {
            await TooManyAsync(context);
        }

        return answer == PasswordAnswer.Right ? credentials : null;
    }

    public static Task TooManyAsync(HttpContext context)
    {
        context.Response.Headers.RetryAfter = ((int)FailedSignIns.Window.TotalSeconds).ToString(System.Globalization.CultureInfo.InvariantCulture);
        return Answer.ProblemAsync(
            context, 429, "Too many failed sign-ins", $"Try again in {FailedSignIns.Window.TotalMinutes:0} minutes.");
    }

    private static Credentials? ParseBasic(string? header)
    {
        if (!AuthenticationHeaderValue.TryParse(header, out var value)
            || !value.Scheme.Equals("Basic", StringComparison.OrdinalIgnoreCase) || value.Parameter is null)
        {
            return null;
        }

        var bytes = new byte[value.Parameter.Length];
        if (!Convert.TryFromBase64String(value.Parameter, bytes, out var length))
        {
            return null;
        }

        var text = Encoding.UTF8.GetString(bytes, 0, length);
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon <= 0 ? null : Accepted(text[..colon], text[(colon + 1)..]);
    }

    /// <summary>Names and passwords with control characters are nobody's.</summary>
    public static Credentials? Accepted(string? username, string? password) =>
        username is { Length: > 0 and <= 320 } && password is { Length: > 0 and <= 1024 }
        && !username.Any(char.IsControl) && !password.Any(char.IsControl)
            ? new Credentials(username, password)
            : null;
}
