using System.Text.Json.Nodes;
using Webmail.Mail.Seams;
using Webmail.Web.Answers;
using Webmail.Web.Drafts;
using Webmail.Web.Jobs;
using Webmail.Web.Journal;
using Webmail.Web.Outbox;
using Webmail.Web.Sessions.SecondFactors;

namespace Webmail.Web.Sessions;

/// <summary>/session: sign in, who am I, sign out. Anybody may call them; each speaks of the caller's own session only.</summary>
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
        if (await SignInRequest.ReadAsync(context) is not { } request)
        {
            await Answer.ProblemAsync(context, 400, "Not a sign-in", "Sign in with the whole email address and the password.");
            return;
        }

        var passwords = context.RequestServices.GetRequiredService<PasswordCheck>();
        var network = ClientNetwork.Of(context.Connection.RemoteIpAddress);
        var answer = await context.Journal().ChooseAsync(
            "password.check", token => passwords.CheckAsync(request.Credentials, network, mayRemember: false, token), context.RequestAborted);
        switch (answer.Verdict)
        {
            case PasswordVerdict.Right:
                await BeginAsync(context, request);
                return;
            case PasswordVerdict.RightButCodeNeeded:
                await ContinueAsync(context, request, network);
                return;
            case PasswordVerdict.TooManyFailures:
                await SignedIn.TooManyAsync(context, answer.Wait);
                return;
            default:
                await Answer.ProblemAsync(
                    context, 401, "Sign-in failed", "The mail server does not know this name with this password.");
                return;
        }
    }

    /// <summary>
    /// The code is asked for only once the password is right. That tells whoever guesses passwords no more than the mail server would,
    /// and nobody has to fetch a telephone because of a typing mistake.
    /// </summary>
    private static async Task ContinueAsync(HttpContext context, SignInRequest request, string network)
    {
        var factors = context.RequestServices.GetRequiredService<SecondFactorStore>();
        var account = context.Account(request.Credentials);
        if (await CodeCheck.PassesAsync(
            context, 401, request.Code, code => factors.UseAsync(account, network, code, context.RequestAborted)))
        {
            await BeginAsync(context, request);
        }
    }

    private static async Task BeginAsync(HttpContext context, SignInRequest request)
    {
        var journal = context.Journal();
        var sessions = context.RequestServices.GetRequiredService<SessionStore>();
        var renewable = request.WantsToken ? null : await RenewableAsync(context, sessions, request.Credentials);
        var key = renewable ?? SessionKey.New(journal.Entropy);
        var row = CredentialSeal.Seal(key, request.Credentials, journal.Entropy);
        var now = journal.Time.GetUtcNow();
        await journal.PerformAsync(
            "session.put",
            new RepeatableEffect<bool>(token => sessions.PutAsync(
                key.RowId(), row, AccountId.Of(request.Credentials.Username), Device.Of(context), request.IsKept, now, token)),
            context.RequestAborted);
        var outbox = context.RequestServices.GetRequiredService<OutboxStore>();
        await journal.PerformAsync(
            "outbox.sign-in",
            new RepeatableEffect<bool>(token => outbox.SignedInAsync(AccountId.Of(request.Credentials.Username), request.Credentials, token)),
            context.RequestAborted);
        var drafts = context.RequestServices.GetRequiredService<DraftStore>();
        await journal.PerformAsync(
            "drafts.sign-in",
            new RepeatableEffect<bool>(token => drafts.SignedInAsync(AccountId.Of(request.Credentials.Username), request.Credentials, token)),
            context.RequestAborted);
        var jobs = context.RequestServices.GetRequiredService<JobStore>();
        await journal.PerformAsync(
            "jobs.sign-in",
            new RepeatableEffect<bool>(token => jobs.SignedInAsync(AccountId.Of(request.Credentials.Username), request.Credentials, token)),
            context.RequestAborted);
        if (request.WantsToken)
        {
            await BearerToken.WriteAsync(context, key, request.IsKept);
            return;
        }

        SessionCookie.Write(context, key, request.IsKept);
        await Answer.NoContentAsync(context);
    }

    /// <summary>
    /// Whoever signs in again, because the password was changed, goes on in the same session. One of another account ends: the browser
    /// forgets its cookie.
    /// </summary>
    private static async Task<SessionKey?> RenewableAsync(HttpContext context, SessionStore sessions, Credentials credentials)
    {
        if (SessionCookie.Read(context) is not { } key)
        {
            return null;
        }

        var journal = context.Journal();
        var row = await journal.ChooseAsync(
            "session.find", token => sessions.FindAsync(key.RowId(), journal.Time.GetUtcNow(), token), context.RequestAborted);
        if (row is null)
        {
            return null;
        }

        if (CredentialSeal.Open(key, row.SealedCredentials)?.Username == credentials.Username)
        {
            return key;
        }

        await RemoveAsync(context, sessions, key);
        return null;
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
        if (SignedIn.KeyOf(context) is { } key)
        {
            await RemoveAsync(context, context.RequestServices.GetRequiredService<SessionStore>(), key);
        }

        SessionCookie.Delete(context);
        await Answer.NoContentAsync(context);
    }

    private static ValueTask<bool> RemoveAsync(HttpContext context, SessionStore sessions, SessionKey key) =>
        context.Journal().PerformAsync(
            "session.remove", new RepeatableEffect<bool>(token => sessions.RemoveAsync(key.RowId(), token)), context.RequestAborted);
}
