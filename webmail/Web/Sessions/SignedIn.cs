using System.Net.Http.Headers;
using System.Text;
using Webmail.Mail.Seams;
using Webmail.Web.Answers;
using Webmail.Web.Journal;

namespace Webmail.Web.Sessions;

/// <summary>Finds out whose request this is: by name and password (Basic, RFC 7617), or by a session's access token or cookie.</summary>
internal sealed class SignedIn(SessionStore sessions, PasswordCheck passwords)
{
    /// <summary>The account, or null after the request has been answered with 401, 403 or 429.</summary>
    public async ValueTask<MailAccount?> RequireAsync(HttpContext context)
    {
        var credentials = KeyOf(context) is { } key ? await BySessionAsync(context, key) : await ByPasswordAsync(context);
        if (credentials is not null)
        {
            return context.Account(credentials);
        }

        if (!context.Response.HasStarted && context.Response.StatusCode == StatusCodes.Status200OK)
        {
            // Without a challenge: browsers would show their own dialog over the sign-in page.
            await Answer.ProblemAsync(context, 401, "Sign in", "This needs a session cookie or an Authorization header.", ProblemTypes.SignInAgain);
        }

        return null;
    }

    /// <summary>The row of the request's session; null if it came with name and password.</summary>
    public static byte[]? SessionOf(HttpContext context) => KeyOf(context)?.RowId();

    /// <summary>The key of the request's session. A cookie beside an Authorization header is not looked at.</summary>
    public static SessionKey? KeyOf(HttpContext context) => IsByHeader(context) ? BearerToken.Read(context) : SessionCookie.Read(context);

    public static Task TooManyAsync(HttpContext context, TimeSpan wait)
    {
        var seconds = Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds));
        context.Response.Headers.RetryAfter = seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
        var words = seconds < 120 ? $"{seconds} seconds" : $"{(seconds + 59) / 60} minutes";
        return Answer.ProblemAsync(context, 429, "Too many failed sign-ins", $"There were too many failed sign-ins. Try again in {words}.");
    }

    private static bool IsByHeader(HttpContext context) => context.Request.Headers.ContainsKey("Authorization");

    private async ValueTask<Credentials?> BySessionAsync(HttpContext context, SessionKey key)
    {
        var journal = context.Journal();
        var row = await journal.ChooseAsync(
            "session.find", token => sessions.FindAsync(key.RowId(), journal.Time.GetUtcNow(), token), context.RequestAborted);
        if (row is null || CredentialSeal.Open(key, row.SealedCredentials) is not { } credentials)
        {
            return null;
        }

        await ProlongAsync(context, key, row, AccountId.Of(credentials.Username));
        return credentials;
    }

    private async ValueTask ProlongAsync(HttpContext context, SessionKey key, SessionRow row, string account)
    {
        var journal = context.Journal();
        var now = journal.Time.GetUtcNow();
        // A browser may keep what it has read, and would keep the cookie with it.
        if (HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method) || now - row.Used < SessionRow.ProlongedAfter)
        {
            return;
        }

        await journal.PerformAsync(
            "session.prolong",
            new RepeatableEffect<bool>(token => sessions.ProlongAsync(key.RowId(), account, Device.Of(context), row.IsKept, now, token)),
            context.RequestAborted);
        if (!IsByHeader(context))
        {
            SessionCookie.Write(context, key, row.IsKept);
        }
    }

    private async ValueTask<Credentials?> ByPasswordAsync(HttpContext context)
    {
        if (ParseBasic(context.Request.Headers.Authorization) is not { } credentials)
        {
            return null;
        }

        var network = ClientNetwork.Of(context.Connection.RemoteIpAddress);
        var answer = await context.Journal().ChooseAsync(
            "password.check", token => passwords.CheckAsync(credentials, network, mayRemember: true, token), context.RequestAborted);
        switch (answer.Verdict)
        {
            case PasswordVerdict.Right:
                return credentials;
            case PasswordVerdict.RightButCodeNeeded:
                await Answer.ProblemAsync(
                    context,
                    403,
                    "A password is not enough",
                    "This account signs in with a code, which this way of signing in cannot ask for. Use the web page, or an access token.",
                    ProblemTypes.CodeNeeded);
                return null;
            case PasswordVerdict.TooManyFailures:
                await TooManyAsync(context, answer.Wait);
                return null;
            default:
                return null;
        }
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
        return colon <= 0 ? null : SignInRequest.Accepted(text[..colon], text[(colon + 1)..]);
    }
}
