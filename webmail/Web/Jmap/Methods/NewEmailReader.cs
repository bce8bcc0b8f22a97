using System.Text.Json.Nodes;
using MimeKit;
using Webmail.Mail.Messages;
using Webmail.Mail.Seams;
using Webmail.Mail.Writing;
using Webmail.Web.Blobs;
using Webmail.Web.Index;

namespace Webmail.Web.Jmap.Methods;

/// <summary>Reads a message to be created (RFC 8621 §4.6): header properties, one text of each kind, attachments by blob id.</summary>
internal sealed class NewEmailReader(MailIndex index, UploadStore uploads)
{
    private const int AddressesMax = 500;
    private const int AttachmentsMax = 100;
    private const int ReferencesMax = 100;
    private const int SubjectCharactersMax = 2000;

    private static readonly HashSet<string> Known =
    [
        "mailboxIds", "keywords", "from", "to", "cc", "bcc", "replyTo", "subject", "inReplyTo", "references", "textBody", "htmlBody",
        "bodyValues", "attachments", "sentAt", "receivedAt",
    ];

    public async Task<NewEmail> ReadAsync(MailAccount account, JsonNode? node, CancellationToken cancellationToken)
    {
        var fields = node as JsonObject ?? throw Invalid("A message is an object.");
        if (fields.FirstOrDefault(field => !Known.Contains(field.Key)).Key is { } unknown)
        {
            throw Invalid($"{unknown} cannot be set here.", unknown);
        }

        var mailboxes = EmailPatch.MailboxesOf(fields["mailboxIds"], "mailboxIds");
        return new NewEmail
        {
            Mailbox = mailboxes.Count != 1
                ? throw Invalid("Name exactly one mailbox.", "mailboxIds")
                : await index.MailboxAsync(account, mailboxes[0], cancellationToken) ?? throw Invalid("There is no such mailbox.", "mailboxIds"),
            Keywords = fields["keywords"] is { } keywords ? EmailPatch.KeywordsOf(keywords, "keywords") : [],
            Date = account.Time.GetUtcNow(),
            From = Addresses(fields, "from"),
            To = Addresses(fields, "to"),
            Cc = Addresses(fields, "cc"),
            Bcc = Addresses(fields, "bcc"),
            ReplyTo = Addresses(fields, "replyTo"),
            Subject = Line(fields, "subject"),
            InReplyTo = MessageIds(fields, "inReplyTo"),
            References = MessageIds(fields, "references"),
            Text = Body(fields, "textBody", "text/plain"),
            Html = Body(fields, "htmlBody", "text/html"),
            Attachments = await AttachmentsAsync(account, fields, cancellationToken),
        };
    }

    private static string? Body(JsonObject fields, string property, string type)
    {
        if (List(fields, property, 1) is not [{ } part])
        {
            return null;
        }

        var partId = Text(part["partId"]);
        return (Text(part["type"]) ?? type) == type && partId is not null && fields["bodyValues"]?[partId] is JsonObject value
            && Text(value["value"]) is { } text
            ? text
            : throw Invalid($"{property} must be one part of type {type} whose partId is in bodyValues.", property);
    }

    private async Task<IReadOnlyList<NewAttachment>> AttachmentsAsync(
        MailAccount account, JsonObject fields, CancellationToken cancellationToken)
    {
        var attachments = new List<NewAttachment>();
        foreach (var part in List(fields, "attachments", AttachmentsMax))
        {
            var blobId = Text(part["blobId"]);
            var name = Clean(Text(part["name"]) ?? "attachment");
            var type = Text(part["type"]) ?? "application/octet-stream";
            var contentId = Text(part["cid"]) is { } cid ? Clean(cid) : null;
            if (UploadId.TryParse(blobId, out var upload) && await uploads.FindAsync(account, upload, cancellationToken) is { } found)
            {
                attachments.Add(new NewAttachment(name, type, contentId, found.Content, null));
            }
            else if (await index.BlobAsync(account, blobId, cancellationToken) is { } blob)
            {
                attachments.Add(new NewAttachment(name, type, contentId, null, blob));
            }
            else
            {
                throw new SetException("blobNotFound", $"The attachment {name} ({blobId}) is not there; attach it again.");
            }
        }

        return attachments;
    }

    private static IReadOnlyList<EmailAddress> Addresses(JsonObject fields, string property) =>
        [.. List(fields, property, AddressesMax).Select(item =>
            Text(item["email"]) is { } email && MailboxAddress.TryParse(email, out var parsed) && parsed.Address.Contains('@', StringComparison.Ordinal)
                ? new EmailAddress(Text(item["name"]) is { Length: > 0 } name ? Clean(name) : null, parsed.Address)
                : throw Invalid($"{Text(item["email"])} is no address.", property))];

    private static List<JsonObject> List(JsonObject fields, string property, int max) => fields[property] switch
    {
        null => [],
        JsonArray list when list.Count <= max && list.All(item => item is JsonObject) => [.. list.Select(item => (JsonObject)item!)],
        _ => throw Invalid($"{property} must be a list of at most {max} objects.", property),
    };

    private static IReadOnlyList<string> MessageIds(JsonObject fields, string property) => fields[property] switch
    {
        null => [],
        JsonArray list when list.Count <= ReferencesMax && list.All(item => Text(item) is { } id && id.All(IsInMessageId)) => [.. list.Select(item => Text(item)!)],
        _ => throw Invalid($"{property} must be a list of message ids without brackets.", property),
    };

    private static bool IsInMessageId(char character) => character is > ' ' and < (char)127 and not '<' and not '>';

    private static string Line(JsonObject fields, string property) => fields[property] switch
    {
        null => "",
        JsonValue value when value.TryGetValue<string>(out var text) && text.Length <= SubjectCharactersMax => Clean(text),
        _ => throw Invalid($"{property} must be a text of at most {SubjectCharactersMax} characters.", property),
    };

    // A line break in a header begins another header.
    private static string Clean(string text) => string.Concat(text.Select(character => char.IsControl(character) ? ' ' : character));

    private static string? Text(JsonNode? node) => JmapCall.AsText(node);

    private static SetException Invalid(string description, params string[] properties) => new("invalidProperties", description, properties);
}
