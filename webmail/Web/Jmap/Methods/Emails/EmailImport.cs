using System.Globalization;
using System.Text.Json.Nodes;
using Webmail.Mail.Blobs;
using Webmail.Mail.Ids;
using Webmail.Mail.Messages;
using Webmail.Mail.Seams;
using Webmail.Mail.Writing;
using Webmail.Web.Blobs;
using Webmail.Web.Index;

namespace Webmail.Web.Jmap.Methods.Emails;

/// <summary>Puts messages as they are into mailboxes (RFC 8621 §4.8). The same message may be imported again: it is another one then.</summary>
internal sealed class EmailImport(MailIndex index, BlobReader blobs, PartFinder finder, EmailWriter writer) : IJmapMethod
{
    private static readonly HashSet<string> Known = ["blobId", "mailboxIds", "keywords", "receivedAt"];

    public string Name => "Email/import";

    public async Task<JsonObject> InvokeAsync(JmapCall call, List<ImpliedResponse> implied)
    {
        var account = call.Account();
        var wanted = call.Object("emails") ?? throw new MethodException("invalidArguments", "emails must be given.");
        if (wanted.Count > JmapLimits.ObjectsInSetMax)
        {
            throw new MethodException("requestTooLarge", $"At most {JmapLimits.ObjectsInSetMax} messages in an import.");
        }

        var oldState = await index.StateAsync(account, call.Cancelled);
        if (call.Text("ifInState") is { } expected && expected != IndexState.Text(oldState))
        {
            throw MethodException.StateMismatch(expected);
        }

        var (answer, places, ends) = (new SetAnswer(account.Id), new Dictionary<string, WrittenAt>(), new Dictionary<long, MailboxEnd>());
        foreach (var (creationId, fields) in wanted)
        {
            await answer.PrepareAsync(creationId, async () => places[creationId] = await ImportAsync(account, fields, ends, call.Cancelled));
        }

        // The index follows once for all: it would cost more than the imports.
        var (newState, emails) = places.Count > 0 ? await index.WrittenAsync(account, [.. places.Values], call.Cancelled) : new FoundEmails(oldState, []);
        foreach (var (creationId, place) in places)
        {
            await answer.CreateAsync(creationId, () => Task.FromResult(Created(call, creationId, Array.Find(emails, email => WrittenAt.Of(email.Id) == place))));
        }

        return answer.ToImportJson(IndexState.Text(oldState), IndexState.Text(newState));
    }

    private async Task<WrittenAt> ImportAsync(MailAccount account, JsonNode? node, Dictionary<long, MailboxEnd> ends, CancellationToken cancellationToken)
    {
        var email = await ReadAsync(account, node, cancellationToken);
        var mailbox = email.Mailbox;
        var end = ends.GetValueOrDefault(mailbox.Key) ?? await writer.EndAsync(account, mailbox, cancellationToken);
        ends[mailbox.Key] = end;
        var written = await writer.ImportAsync(account, email, end, cancellationToken)
            ?? throw new SetException("invalidEmail", "This is no message, or one with more parts than are looked at.");
        ends[mailbox.Key] = new MailboxEnd(written.Validity, written.Uid + 1);
        return new WrittenAt(mailbox.Key, written.Uid);
    }

    private async Task<ImportedEmail> ReadAsync(MailAccount account, JsonNode? node, CancellationToken cancellationToken)
    {
        var fields = node as JsonObject ?? throw Invalid("A message to import is an object.");
        if (fields.FirstOrDefault(field => !Known.Contains(field.Key)).Key is { } unknown)
        {
            throw Invalid($"{unknown} cannot be set here.", unknown);
        }

        var mailboxes = EmailPatch.MailboxesOf(fields["mailboxIds"], "mailboxIds");
        var mailbox = mailboxes.Count != 1
            ? throw Invalid("Name exactly one mailbox.", "mailboxIds")
            : await index.MailboxAsync(account, mailboxes[0], cancellationToken) ?? throw Invalid("There is no such mailbox.", "mailboxIds");
        var keywords = fields["keywords"] is { } given ? EmailPatch.KeywordsOf(given, "keywords") : [];
        var (content, part) = await ContentAsync(account, JmapCall.AsText(fields["blobId"]), cancellationToken);
        return new ImportedEmail(mailbox, keywords, ReceivedAt(fields["receivedAt"]), account.Time.GetUtcNow(), content, part);
    }

    /// <summary>A message on the mail server is read within the effect: it may have gone when the request is replayed.</summary>
    private async Task<(ReadOnlyMemory<byte>? Content, PartContent? Part)> ContentAsync(MailAccount account, string? id, CancellationToken cancellationToken)
    {
        if (await index.BlobAsync(account, id, cancellationToken) is { } blob && await finder.FindAsync(account, blob, cancellationToken) is { } part)
        {
            return part.EncodedBytes <= BlobReader.BytesMax ? (null, part) : throw TooLarge();
        }

        var found = await blobs.ReadAsync(account, id, cancellationToken) ?? throw Invalid($"There is no blob {id}.", "blobId");
        return (found.Content?.Content ?? throw TooLarge(), null);
    }

    private static JsonObject Created(JmapCall call, string creationId, Email? email)
    {
        var made = EmailJson.Created(email ?? throw new SetException("serverFail", "The message was imported, and has gone again."));
        call.CreatedIds[creationId] = email.Id.ToString();
        return made;
    }

    private static DateTimeOffset? ReceivedAt(JsonNode? node) => node switch
    {
        null => null,
        _ when DateTimeOffset.TryParseExact(
            JmapCall.AsText(node), "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) => time,
        _ => throw Invalid("receivedAt must be a UTCDate such as 2026-03-01T12:00:00Z.", "receivedAt"),
    };

    private static SetException TooLarge() => new("tooLarge", $"A message has at most {BlobReader.BytesMax} bytes.");

    private static SetException Invalid(string description, params string[] properties) => new("invalidProperties", description, properties);
}
