using System.Text.Json.Nodes;
using Webmail.Mail.Authentication;
using Webmail.Mail.Messages;
using Webmail.Mail.Seams;
using Webmail.Mail.Unsubscribing;
using Webmail.Web.Reading;

namespace Webmail.Web.Jmap.Methods;

/// <summary>What our own capability says of a message's sender.</summary>
internal sealed class ReadingJson(AuthenticationReader authentication, TrustedSenderStore trusted, UnsubscriptionStore unsubscriptions, FirstTimeSenders firstTimes)
{
    private const string AuthenticationResults = "authenticationResults";
    private const string Hints = "spoofHints";
    private const string Remote = "remoteContent";
    private const string Unsubscribe = "unsubscribe";

    public static IReadOnlyList<string> Properties { get; } = [AuthenticationResults, Hints, Remote, Unsubscribe];

    /// <summary>What <see cref="Add"/> needs for all messages of a call: one choice, or none.</summary>
    public async ValueTask<ReadingFacts> FactsAsync(
        MailAccount account, IReadOnlyCollection<Email> emails, IReadOnlyCollection<string> properties, CancellationToken cancellationToken)
    {
        var (asksTrusted, asksFirst) = (properties.Contains(Remote), properties.Contains(Hints));
        string[] lists = properties.Contains(Unsubscribe) ? [.. emails.Select(OfferOf).OfType<UnsubscribeOffer>().Select(offer => offer.List).Distinct()] : [];
        return asksTrusted || asksFirst || lists.Length > 0
            ? await account.Choices.ChooseAsync(
                "reading",
                async token => new ReadingFacts(
                    asksTrusted ? await trusted.AskAsync(account.Id, token) : [],
                    lists.Length > 0 ? await unsubscriptions.AskAsync(account.Id, lists, token) : [],
                    asksFirst ? await firstTimes.AskAsync(account.Id, account.Credentials.Username, [.. emails.Select(email => email.Id.Key)], token) : []),
                cancellationToken)
            : new ReadingFacts([], [], []);
    }

    public void Add(JsonObject item, Email email, MailAccount account, IReadOnlyCollection<string> properties, ReadingFacts facts)
    {
        if (properties.Contains(Remote))
        {
            var remote = RemoteContent.Of(email.Envelope, email.Headers, facts.TrustedSenders, authentication);
            item[Remote] = new JsonObject { ["isLoaded"] = remote.IsLoaded, ["reason"] = remote.Reason };
        }

        if (properties.Contains(Unsubscribe))
        {
            item[Unsubscribe] = OfferOf(email) is { } offer ? Described(offer, facts.Unsubscriptions.GetValueOrDefault(offer.List)) : null;
        }

        if (properties.Contains(AuthenticationResults))
        {
            item[AuthenticationResults] = authentication.Read(email.Headers) is { } verdicts ? new JsonArray([.. verdicts.Select(Verdict)]) : null;
        }

        if (properties.Contains(Hints))
        {
            var own = SpoofHints.DomainOf(account.Credentials.Username);
            var hints = SpoofHints.Of(email.Envelope, own.Length > 0 ? own : null);
            item[Hints] = new JsonArray([.. (facts.FirstTimes.Contains(email.Id.Key) ? [.. hints, SpoofHint.FirstTime(email.Envelope)] : hints).Select(Hint)]);
        }
    }

    private UnsubscribeOffer? OfferOf(Email email) => UnsubscribeOffer.Read(email, authentication.Read(email.Headers));

    private static JsonObject Described(UnsubscribeOffer offer, Unsubscription? done) => new()
    {
        ["oneClick"] = offer.OneClick is { } place ? new JsonObject { ["host"] = place.IdnHost } : null,
        ["reason"] = offer.Reason,
        ["mailto"] = offer.Mail is { } mail ? new JsonObject { ["to"] = mail.To, ["subject"] = mail.Subject, ["body"] = mail.Body } : null,
        ["link"] = offer.Link,
        ["unsubscribed"] = done?.ToJson(),
    };

    private static JsonObject Verdict(AuthenticationVerdict verdict) =>
        new() { ["method"] = verdict.Method, ["result"] = verdict.Result, ["reason"] = verdict.Reason, ["domain"] = verdict.Domain };

    private static JsonObject Hint(SpoofHint hint) => new() { ["type"] = hint.Type, ["value"] = hint.Value };
}
