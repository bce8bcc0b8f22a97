using System.Text.Json;
using System.Text.Json.Nodes;
using Webmail.Mail.Seams;
using Webmail.Web.Answers;
using Webmail.Web.Journal;
using Webmail.Web.Outbox;

namespace Webmail.Web.Sessions;

/// <summary>/session: sign in, who am I, sign out.</summary>
internal static class SessionEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/session", SignInAsync);
        routes.MapGet("/session", WhoAsync);
        routes.MapDelete("/session", SignOutAsync);
    }

    private static async Task SignInAsync(HttpContext context)
    {
        if (await ReadAsync(context) is not { } credentials)
        {
            await Answer.ProblemAsync(context, 400, "Not a sign-in", "Send JSON with \"username\" and \"password\".");
            return;
        }

        var services = context.RequestServices;
        var address = ClientNetwork.Of(context.Connection.RemoteIpAddress);
        var answer = await context.Journal().ChooseAsync(
            "password.check",
            token => services.GetRequiredService<PasswordCheck>().CheckAsync(credentials, address, mayRemember: false, token),
            context.RequestAborted);
        switch (answer)
        {
            case PasswordAnswer.Right:
                await BeginAsync(context, services.GetRequiredService<SessionStore>(), credentials);
                return;
            case PasswordAnswer.TooManyFailures:
                await SignedIn.TooManyAsync(context);
                return;
            default:
                await Answer.ProblemAsync(
                    context, 401, "Sign-in failed", "The mail server does not know this name with this password.");
                return;
        }
    }

    private static async Task BeginAsync(HttpContext context, SessionStore sessions, Credentials credentials)
    {
        var journal = context.Journal();
        var key = SessionKey.New(journal.Entropy);
        var row = CredentialSeal.Seal(key, credentials, journal.Entropy);
        var now = journal.Time.GetUtcNow();
        await journal.PerformAsync(
            "session.add",
            new RepeatableEffect<bool>(token => sessions.AddAsync(key.RowId(), row, now, token)),
            context.RequestAborted);
        var outbox = context.RequestServices.GetRequiredService<OutboxStore>();
        await journal.PerformAsync(
            "outbox.sign-in",
            new RepeatableEffect<bool>(token => outbox.SignedInAsync(AccountId.Of(credentials.Username), credentials, token)),
            context.RequestAborted);
        context.Response.Cookies.Append(SignedIn.Cookie, key.ToCookie(), CookieFor(context));
        await Answer.NoContentAsync(context);
    }

    private static async Task WhoAsync(HttpContext context)
    {
        if (await context.RequestServices.GetRequiredService<SignedIn>().RequireAsync(context) is { } account)
        {
            await Answer.JsonAsync(
                context, new JsonObject { ["username"] = account.Credentials.Username, ["accountId"] = account.Id });
        }
    }

    private static async Task SignOutAsync(HttpContext context)
    {
        if (SessionKey.TryParse(context.Request.Cookies[SignedIn.Cookie], out var key))
        {
            var sessions = context.RequestServices.GetRequiredService<SessionStore>();
            await context.Journal().PerformAsync(
                "session.remove",
                new RepeatableEffect<bool>(token => sessions.RemoveAsync(key.RowId(), token)),
                context.RequestAborted);
        }

        context.Response.Cookies.Delete(SignedIn.Cookie, CookieFor(context));
        await Answer.NoContentAsync(context);
    }

    private static CookieOptions CookieFor(HttpContext context) => new()
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Strict,
        Secure = context.Request.IsHttps,
        Path = "/",
    };

    private static async Task<Credentials?> ReadAsync(HttpContext context)
    {
        try
        {
            using var body = await JsonDocument.ParseAsync(context.Request.Body, default, context.RequestAborted);
            var root = body.RootElement;
            return root.ValueKind == JsonValueKind.Object
                && root.TryGetProperty("username", out var username) && username.ValueKind == JsonValueKind.String
                && root.TryGetProperty("password", out var password) && password.ValueKind == JsonValueKind.String
                ? SignedIn.Accepted(username.GetString(), password.GetString())
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
