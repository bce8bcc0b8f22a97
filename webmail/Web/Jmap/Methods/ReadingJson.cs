using System.Text.Json.Nodes;
using Webmail.Mail.Authentication;
using Webmail.Mail.Messages;
using Webmail.Mail.Seams;

namespace Webmail.Web.Jmap.Methods;

/// <summary>What our own capability says of a message's sender.</summary>
internal sealed class ReadingJson(AuthenticationReader authentication)
{
    private const string AuthenticationResults = "authenticationResults";
    private const string Hints = "spoofHints";

    public static IReadOnlyList<string> Properties { get; } = [AuthenticationResults, Hints];

    public void Add(JsonObject item, Email email, MailAccount account, IReadOnlyCollection<string> properties)
    {
        if (properties.Contains(AuthenticationResults))
        {
            item[AuthenticationResults] = authentication.Read(email.Headers) is { } verdicts ? new JsonArray([.. verdicts.Select(Verdict)]) : null;
        }

        if (properties.Contains(Hints))
        {
            var own = SpoofHints.DomainOf(account.Credentials.Username);
            item[Hints] = new JsonArray([.. SpoofHints.Of(email.Envelope, own.Length > 0 ? own : null).Select(Hint)]);
        }
    }

    private static JsonObject Verdict(AuthenticationVerdict verdict) =>
        new() { ["method"] = verdict.Method, ["result"] = verdict.Result, ["reason"] = verdict.Reason, ["domain"] = verdict.Domain };

    private static JsonObject Hint(SpoofHint hint) => new() { ["type"] = hint.Type, ["value"] = hint.Value };
}
