using System.Text.Json.Nodes;
using Webmail.Mail.Availability;
using Webmail.Mail.Ids;
using Webmail.Web.Contacts;

namespace Webmail.Web.Status;

/// <summary>The status as it is answered: for each service a state, since when, and a sentence.</summary>
internal static class StatusJson
{
    public static JsonObject Describe(KnownStatus known)
    {
        var mail = Service("mail", known.Mail, StatusText.Mail(known.Mail.Availability));
        mail["asOf"] = known is { Mail.Availability: ServerAvailability.Away, AsOf: { } asOf } ? UtcText.Of(asOf) : null;
        var services = new JsonArray(mail, Sending(known.Waiting));
        if (known.Filters is { } filters)
        {
            services.Add(Service("filters", filters, StatusText.Filters(filters.Availability)));
        }

        services.Add(Service("storage", known.Storage, StatusText.Storage(known.Storage.Availability)));
        return new JsonObject { ["services"] = services, ["indexing"] = new JsonArray([.. known.Indexing.Select(Indexing)]) };
    }

    private static JsonObject Indexing(IndexingMailbox mailbox) => new()
    {
        ["mailboxId"] = MailboxId.Text(mailbox.Id),
        ["indexed"] = Math.Min(mailbox.Indexed, mailbox.Total),
        ["total"] = mailbox.Total,
    };

    private static JsonObject Sending(WaitingMessages waiting)
    {
        var availability = waiting switch
        {
            { Count: 0 } => ServerAvailability.Ok,
            { NeedSignIn: true } or { Unanswered: true } => ServerAvailability.Away,
            _ => ServerAvailability.Slow,
        };
        return Service("sending", new ServerCondition(availability, waiting.Since), StatusText.Sending(waiting));
    }

    private static JsonObject Service(string name, ServerCondition condition, string sentence) => new()
    {
        ["service"] = name,
        ["state"] = condition.Availability switch
        {
            ServerAvailability.Away => "away",
            ServerAvailability.Slow => "slow",
            _ => "ok",
        },
        ["since"] = condition.Since is { } since ? UtcText.Of(since.UtcDateTime) : null,
        ["sentence"] = sentence,
    };
}
