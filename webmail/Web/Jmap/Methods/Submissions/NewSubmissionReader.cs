using System.Text.Json.Nodes;
using Webmail.Mail.Ids;
using Webmail.Mail.Messages;
using Webmail.Mail.Seams;
using Webmail.Web.Identities;
using Webmail.Web.Index;
using Webmail.Web.Outbox;

namespace Webmail.Web.Jmap.Methods.Submissions;

/// <summary>Reads the submissions to be made (RFC 8621 §7.5), each as what is wanted, or as why it is refused.</summary>
internal sealed class NewSubmissionReader(MailIndex index, IdentityStore identities)
{
    private static readonly HashSet<string> Known = ["identityId", "emailId", "envelope", EmailSubmissionJson.Key, "draftId", "draftVersion"];

    /// <summary>By creation id.</summary>
    public async Task<Dictionary<string, (NewSubmission? Wanted, SetError? Error)>> ReadAsync(JmapCall call, JsonObject create)
    {
        var account = call.Account();
        string[] ids = [.. create.Select(pair => IdOf(call, pair.Value)).OfType<string>().Distinct()];
        var found = ids.Length == 0 ? [] : (await index.EmailsAsync(account, ids, false, call.Cancelled)).Emails;
        var byId = found.ToDictionary(email => email.Id.ToString(), StringComparer.Ordinal);
        var known = await IdentitiesAsync(call, create);
        var bytes = 0L;
        var read = new Dictionary<string, (NewSubmission?, SetError?)>(StringComparer.Ordinal);
        foreach (var (creationId, fields) in create)
        {
            try
            {
                var (wanted, size) = Read(call, account, creationId, fields, byId, known);
                bytes += size;
                read[creationId] = bytes <= OutboxLimits.MessageBytesMax
                    ? (wanted, null)
                    : throw new SetException("tooLarge", $"At most {OutboxLimits.MessageBytesMax} bytes can be sent, and all messages of a call together.");
            }
            catch (SetException refusal)
            {
                read[creationId] = (null, refusal.Error);
            }
        }

        return read;
    }

    private static (NewSubmission Wanted, long SizeBytes) Read(
        JmapCall call, MailAccount account, string creationId, JsonNode? node, Dictionary<string, Email> emails, HashSet<string> identities)
    {
        var fields = node as JsonObject ?? throw Invalid("A submission is an object.");
        if (fields.FirstOrDefault(field => !Known.Contains(field.Key)).Key is { } unknown)
        {
            throw Invalid($"{unknown} cannot be set here.", unknown);
        }

        if (IdentityOf(call, fields) is not { } identity || !identities.Contains(identity) || !IdentityIds.TryParse(identity, out var number))
        {
            throw Invalid($"There is no identity {fields["identityId"]}.", "identityId");
        }

        if (IdOf(call, node) is not { } id || !emails.TryGetValue(id, out var email))
        {
            throw new SetException("emailNotFound", $"There is no message {fields["emailId"]}.", "emailId");
        }

        var own = account.Credentials.Username;
        if (email.Envelope.From.Any(from => !string.Equals(from.Email, own, StringComparison.OrdinalIgnoreCase)))
        {
            throw new SetException("forbiddenFrom", $"You may send as {own} only.");
        }

        var (envelope, hold) = EnvelopeReader.Read(fields["envelope"], own, email.Envelope);
        var (updates, destroys) = (call.Object("onSuccessUpdateEmail") ?? [], call.Texts("onSuccessDestroyEmail") ?? []);
        var reference = "#" + creationId;
        var wanted = new NewSubmission(
            number, email.Id, ThreadId.Text(email.Thread), IdOf(email.Envelope), envelope, EnvelopeReader.Describe(fields["envelope"], envelope), hold, NameOf(fields),
            Implies: updates.ContainsKey(reference) || destroys.Contains(reference),
            ClientFiles: updates.ContainsKey(reference),
            DraftOf(call, fields));
        return (wanted, email.SizeBytes);
    }

    /// <summary>The one everybody has needs no asking.</summary>
    private async Task<HashSet<string>> IdentitiesAsync(JmapCall call, JsonObject create)
    {
        var byDefault = IdentityIds.Of(IdentityIds.Default);
        return create.All(pair => IdentityOf(call, pair.Value) is null || IdentityOf(call, pair.Value) == byDefault)
            ? [byDefault]
            : [.. (await identities.ReadAsync(call.Account(), call.Cancelled)).Live().Select(identity => IdentityIds.Of(identity.Number))];
    }

    private static string? IdentityOf(JmapCall call, JsonNode? node) =>
        JmapCall.AsText((node as JsonObject)?["identityId"]) is { } text ? call.Resolve(text) : null;

    private static string? IdOf(JmapCall call, JsonNode? node) => JmapCall.AsText((node as JsonObject)?["emailId"]) is { } text ? call.Resolve(text) : null;

    /// <summary>Something that could not be searched for is none.</summary>
    private static string? IdOf(EmailEnvelope email) => email.MessageId is { Length: > 0 and <= 500 } id && id.All(letter => letter is > ' ' and <= '~') ? id : null;

    private static string? NameOf(JsonObject fields) => fields[EmailSubmissionJson.Key] switch
    {
        null => null,
        var value when JmapCall.AsText(value) is { Length: > 0 and <= OutboxLimits.KeyCharactersMax } name && !name.Any(char.IsControl) => name,
        _ => throw Invalid($"{EmailSubmissionJson.Key} is a text of at most {OutboxLimits.KeyCharactersMax} characters.", EmailSubmissionJson.Key),
    };

    private static SentDraft? DraftOf(JmapCall call, JsonObject fields) => (fields["draftId"], fields["draftVersion"]) switch
    {
        (null, null) => null,
        (var id, JsonValue value) when JmapCall.AsText(id) is { } text && value.TryGetValue<int>(out var version) => new SentDraft(call.Resolve(text), version),
        _ => throw Invalid("draftId and draftVersion say together what is sent.", "draftId", "draftVersion"),
    };

    private static SetException Invalid(string description, params string[] properties) => new("invalidProperties", description, properties);
}
