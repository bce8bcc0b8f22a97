using Webmail.Mail.Seams;
using Webmail.Web.Answers;
using Webmail.Web.Following;
using Webmail.Web.Journal;
using Webmail.Web.Sessions;

namespace Webmail.Web.Push;

/// <summary>Push (RFC 8620 §7.3): tells whoever is signed in that something of the account has changed, for as long as he listens.</summary>
internal static class EventSourceEndpoint
{
    public const string Url = "/jmap/eventsource/?types={types}&closeafter={closeafter}&ping={ping}";

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/jmap/eventsource/", StreamAsync);

    private static async Task StreamAsync(HttpContext context)
    {
        if (await context.RequestServices.GetRequiredService<SignedIn>().RequireAsync(context) is not { } account)
        {
            return;
        }

        if (PushQuery.Parse(context.Request.Query) is not { } query)
        {
            await Answer.ProblemAsync(
                context, 400, "Not a push request", "Name types as a list with commas or *, closeafter as state or no, and ping as a number of seconds.");
            return;
        }

        if (!await HasRoomAsync(context, account))
        {
            context.Response.Headers.RetryAfter = $"{(int)PushLimits.QuietMax.TotalSeconds}";
            await Answer.ProblemAsync(context, 429, "Too many push streams", $"An account has at most {PushLimits.StreamsMax} at a time.");
            return;
        }

        await StreamAsync(context, account, query);
    }

    private static ValueTask<bool> HasRoomAsync(HttpContext context, MailAccount account)
    {
        var changes = context.RequestServices.GetRequiredService<AccountChanges>();
        return account.Choices.ChooseAsync("push.room", _ => ValueTask.FromResult(changes.HasRoom(account.Id)), context.RequestAborted);
    }

    private static async Task StreamAsync(HttpContext context, MailAccount account, PushQuery query)
    {
        var services = context.RequestServices;
        var reader = services.GetRequiredService<PushReader>();
        var session = SignedIn.SessionOf(context);
        // Before the states are read: what changes after that is heard.
        using var changes = services.GetRequiredService<AccountChanges>().Subscribe(account.Id);
        using var following = services.GetRequiredService<Followers>().Want(account.Id, account.Credentials);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(
            context.RequestAborted, services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping);
        var known = context.Request.Headers["Last-Event-ID"].ToString() is { Length: > 0 } id
            ? PushStates.Parse(id)
            : await account.Choices.ChooseAsync(
                "push.states", async token => await reader.ReadAsync(account.Id, session, token) ?? PushStates.Unknown, context.RequestAborted);
        context.Response.ContentType = "text/event-stream";
        context.Response.Headers.CacheControl = "no-store";
        try
        {
            await new PushStream(reader, changes, services.GetRequiredService<TimeProvider>(), account, query, session)
                .RunAsync(known, context.Response.Body, ended.Token);
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            // The client has left, or the stream goes on elsewhere: at the backend that takes over, or when its client comes back.
            context.Abort();
        }
    }
}
