using System.Text.Json.Nodes;
using Webmail.Mail.Authentication;
using Webmail.Mail.Messages;
using Webmail.Mail.Seams;
using Webmail.Web.Reading;

namespace Webmail.Web.Jmap.Methods;

/// <summary>What our own capability says of a message's sender.</summary>
internal sealed class ReadingJson(AuthenticationReader authentication, TrustedSenderStore trusted)
{
    private const string AuthenticationResults = "authenticationResults";
    private const string Hints = "spoofHints";

    private const string Remote = "remoteContent";

    public static IReadOnlyList<string> Properties { get; } = [AuthenticationResults, Hints, Remote];

    /// <summary>What <see cref="Add"/> needs for all messages of a call.</summary>
    public async ValueTask<string[]> TrustedSendersAsync(MailAccount account, IReadOnlyCollection<string> properties, CancellationToken cancellationToken) =>
        properties.Contains(Remote) ? await trusted.ReadAsync(account, cancellationToken) : [];

    public void Add(JsonObject item, Email email, MailAccount account, IReadOnlyCollection<string> properties, string[] trustedSenders)
    {
        if (properties.Contains(Remote))
        {
            var remote = RemoteContent.Of(email.Envelope, email.Headers, trustedSenders, authentication);
            item[Remote] = new JsonObject { ["isLoaded"] = remote.IsLoaded, ["reason"] = remote.Reason };
        }

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
