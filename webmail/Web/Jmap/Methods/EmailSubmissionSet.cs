using System.Text.Json.Nodes;
using MimeKit;
using Webmail.Mail.Ids;
using Webmail.Mail.Messages;
using Webmail.Mail.Seams;
using Webmail.Mail.Sending;
using Webmail.Web.Index;

namespace Webmail.Web.Jmap.Methods;

/// <summary>Sends messages (RFC 8621 §7.5), then does to them what the call asks for on success.</summary>
internal sealed class EmailSubmissionSet(MailIndex index, Submitter submitter, EmailChanger changer) : IJmapMethod
{
    private const int RecipientsMax = 500;

    public string Name => "EmailSubmission/set";

    public async Task<JsonObject> InvokeAsync(JmapCall call, List<ImpliedResponse> implied)
    {
        var account = call.Account();
        SetAnswer.CheckSize(call);
        var answer = new SetAnswer(account.Id);
        var sent = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (creationId, fields) in call.Object("create") ?? [])
        {
            await answer.CreateAsync(creationId, async () =>
            {
                var email = await SendAsync(call, account, fields);
                sent["#" + creationId] = email.ToString();
                return new JsonObject
                {
                    ["id"] = $"s-{email}",
                    ["threadId"] = null,
                    ["sendAt"] = account.Time.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture),
                    ["undoStatus"] = "final",
                };
            });
        }

        foreach (var (id, _) in call.Object("update") ?? [])
        {
            await answer.UpdateAsync(id, () => throw new SetException("cannotUnsend", "The message has been sent already."));
        }

        await ImplyAsync(call, account, sent, implied);
        return answer.ToJson();
    }

    private async Task<EmailId> SendAsync(JmapCall call, MailAccount account, JsonNode? node)
    {
        var fields = node as JsonObject ?? throw new SetException("invalidProperties", "A submission is an object.");
        if (JmapCall.AsText(fields["identityId"]) != IdentityGet.OnlyId)
        {
            throw new SetException("invalidProperties", $"There is no identity {fields["identityId"]}; yours is {IdentityGet.OnlyId}.", "identityId");
        }

        var given = JmapCall.AsText(fields["emailId"]) is { } text ? call.Resolve(text) : "";
        var email = await index.EmailAsync(account, given, call.Cancelled) ?? throw new SetException("emailNotFound", $"There is no message {given}.", "emailId");
        var own = account.Credentials.Username;
        if (email.Envelope.From.Any(from => !string.Equals(from.Email, own, StringComparison.OrdinalIgnoreCase)))
        {
            throw new SetException("forbiddenFrom", $"You may send as {own} only.");
        }

        var outcome = await submitter.SubmitAsync(account, email.Id, new Envelope(own, Recipients(fields, email)), call.Cancelled);
        return outcome.Refusal is { } refusal ? throw new SetException(refusal, outcome.Description ?? "") : email.Id;
    }

    private static IReadOnlyList<string> Recipients(JsonObject fields, Email email)
    {
        IEnumerable<string?> named = fields["envelope"] is JsonObject envelope
            ? (envelope["rcptTo"] as JsonArray ?? []).Select(item => JmapCall.AsText((item as JsonObject)?["email"]))
            : email.Envelope.To.Concat(email.Envelope.Cc).Concat(email.Envelope.Bcc).Select(address => address.Email);
        string?[] recipients = [.. named.Distinct(StringComparer.OrdinalIgnoreCase)];
        return recipients switch
        {
            [] => throw new SetException("noRecipients", "Name at least one recipient."),
            { Length: > RecipientsMax } => throw new SetException("tooManyRecipients", $"At most {RecipientsMax} recipients."),
            _ when Array.Find(recipients, one => !MailboxAddress.TryParse(one, out var parsed) || !parsed.Address.Contains('@', StringComparison.Ordinal)) is { } wrong =>
                throw new SetException("invalidRecipients", $"{wrong} is no address."),
            _ => [.. recipients.Select(one => one!)],
        };
    }

    /// <summary>onSuccessUpdateEmail and onSuccessDestroyEmail: an Email/set of its own, answered after ours.</summary>
    private async Task ImplyAsync(JmapCall call, MailAccount account, Dictionary<string, string> sent, List<ImpliedResponse> implied)
    {
        var updates = (call.Object("onSuccessUpdateEmail") ?? []).Where(pair => sent.ContainsKey(pair.Key)).ToArray();
        var destroyed = (call.Texts("onSuccessDestroyEmail") ?? []).Where(sent.ContainsKey).ToArray();
        if (updates.Length + destroyed.Length == 0)
        {
            return;
        }

        var oldState = IndexState.Text(await index.StateAsync(account, call.Cancelled));
        var answer = new SetAnswer(account.Id);
        var changes = await changer.BeginAsync(account, [.. sent.Values], call.Cancelled);
        foreach (var (key, patch) in updates)
        {
            await answer.UpdateAsync(sent[key], () => changes.UpdateAsync(sent[key], patch));
        }

        foreach (var key in destroyed)
        {
            await answer.DestroyAsync(sent[key], () => changes.DestroyAsync(sent[key]));
        }

        implied.Add(new ImpliedResponse("Email/set", answer.ToJson(oldState, IndexState.Text(await changes.EndAsync()))));
    }
}
