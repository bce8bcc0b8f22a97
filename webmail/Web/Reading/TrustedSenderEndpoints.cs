using System.Text.Json.Nodes;
using Webmail.Mail.Seams;
using Webmail.Web.Answers;
using Webmail.Web.Journal;
using Webmail.Web.Sessions;

namespace Webmail.Web.Reading;

/// <summary>/reading/trusted-senders: whose images from elsewhere are loaded.</summary>
internal static class TrustedSenderEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/reading/trusted-senders", ListAsync);
        routes.MapPut("/reading/trusted-senders/{sender}", AddAsync);
        routes.MapDelete("/reading/trusted-senders/{sender}", RemoveAsync);
    }

    private static async Task ListAsync(HttpContext context)
    {
        if (await context.RequestServices.GetRequiredService<SignedIn>().RequireAsync(context) is not { } account)
        {
            return;
        }

        var senders = await Store(context).ReadAsync(account, context.RequestAborted);
        await Answer.JsonAsync(context, new JsonObject { ["senders"] = new JsonArray([.. senders.Select(sender => (JsonNode)sender)]) });
    }

    private static async Task AddAsync(HttpContext context)
    {
        if (await ReadAsync(context) is not var (account, sender))
        {
            return;
        }

        var isThere = await context.Journal().PerformAsync(
            "trusted-senders.add", new RepeatableEffect<bool>(token => Store(context).AddAsync(account.Id, sender, token)), context.RequestAborted);
        await (isThere
            ? Answer.NoContentAsync(context)
            : Answer.ProblemAsync(context, 409, "Too many senders", $"An account trusts at most {TrustedSenderStore.SendersMax} senders; remove some."));
    }

    private static async Task RemoveAsync(HttpContext context)
    {
        if (await ReadAsync(context) is not var (account, sender))
        {
            return;
        }

        await context.Journal().PerformAsync(
            "trusted-senders.remove", new RepeatableEffect<bool>(token => Store(context).RemoveAsync(account.Id, sender, token)), context.RequestAborted);
        await Answer.NoContentAsync(context);
    }

    /// <summary>Null after an answer.</summary>
    private static async Task<(MailAccount Account, string Sender)?> ReadAsync(HttpContext context)
    {
        if (await context.RequestServices.GetRequiredService<SignedIn>().RequireAsync(context) is not { } account)
        {
            return null;
        }

        if (TrustedSender.Parse((string)context.Request.RouteValues["sender"]!) is { } sender)
        {
            return (account, sender);
        }

        await Answer.ProblemAsync(context, 400, "No sender", "Name an address or a domain.");
        return null;
    }

    private static TrustedSenderStore Store(HttpContext context) => context.RequestServices.GetRequiredService<TrustedSenderStore>();
}
