using Webmail.Mail.Authentication;
using Webmail.Mail.Messages;
using Webmail.Mail.Seams;
using Webmail.Mail.Unsubscribing;
using Webmail.Web.Answers;
using Webmail.Web.Index;
using Webmail.Web.Sessions;

namespace Webmail.Web.Reading;

/// <summary>Leaves the list that sent a message; whom to ask or to write to is read from the message, never from the request.</summary>
internal static class UnsubscriptionEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/mail/{accountId}/{emailId}/unsubscription", UnsubscribeAsync);

    private static async Task UnsubscribeAsync(HttpContext context)
    {
        var services = context.RequestServices;
        if (await services.GetRequiredService<SignedIn>().RequireAsync(context) is not { } account)
        {
            return;
        }

        if (await SmallJson.ReadAsync(context) is not { } wish || wish.Text("by") is not (Unsubscription.OneClick or Unsubscription.Mailto))
        {
            await Answer.ProblemAsync(context, 400, "By what?", $"by is {Unsubscription.OneClick} or {Unsubscription.Mailto}.");
            return;
        }

        if ((string?)context.Request.RouteValues["accountId"] != account.Id || await FindAsync(context, account) is not { } email)
        {
            await Answer.ProblemAsync(context, 404, "Not found", "There is no such message in this account.");
            return;
        }

        var offer = UnsubscribeOffer.Read(email, services.GetRequiredService<AuthenticationReader>().Read(email.Headers));
        var unsubscriber = services.GetRequiredService<Unsubscriber>();
        var outcome = (wish.Text("by"), offer) switch
        {
            (Unsubscription.OneClick, { OneClick: { } place }) => await unsubscriber.PostAsync(account, offer.List, place, context.RequestAborted),
            (Unsubscription.Mailto, { Mail: { } mail }) => await unsubscriber.WriteAsync(account, email, offer.List, mail, context.RequestAborted),
            _ => null,
        };
        await (outcome switch
        {
            null => Answer.ProblemAsync(context, 409, "Not possible", WhyNot(wish.Text("by") == Unsubscription.OneClick ? offer?.Reason : null)),
            { Done: { } done } => Answer.JsonAsync(context, done.ToJson()),
            { Problem: var problem } => Answer.ProblemAsync(context, 502, "Not unsubscribed", problem!),
        });
    }

    private static async Task<Email?> FindAsync(HttpContext context, MailAccount account)
    {
        var services = context.RequestServices;
        return await services.GetRequiredService<MailIndex>().EmailAsync(account, (string?)context.Request.RouteValues["emailId"], context.RequestAborted) is { } known
            && await services.GetRequiredService<EmailReader>().ReadAsync(account, [known], EmailDetail.Headers, context.RequestAborted) is [var email]
            ? email
            : null;
    }

    private static string WhyNot(string? reason) => reason switch
    {
        UnsubscribeOffer.NotVerified => "No mail server of yours has said who sent this message.",
        UnsubscribeOffer.NotAuthentic => "Your mail server does not confirm that this message is from the sender it names.",
        UnsubscribeOffer.NotSigned => "The sender has not signed how one leaves the list; anybody may have written it.",
        _ => "The message does not offer it.",
    };
}
