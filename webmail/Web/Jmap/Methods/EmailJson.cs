using System.Globalization;
using System.Text.Json.Nodes;
using Webmail.Mail.Headers;
using Webmail.Mail.Ids;
using Webmail.Mail.Messages;

namespace Webmail.Web.Jmap.Methods;

/// <summary>A message as JMAP shows it (RFC 8621 §4.1).</summary>
internal static class EmailJson
{
    /// <summary>What is answered when no properties are named (RFC 8621 §4.2).</summary>
    public static IReadOnlyList<string> DefaultProperties { get; } =
    [
        "id", "blobId", "threadId", "mailboxIds", "keywords", "size", "receivedAt", "messageId", "inReplyTo", "references",
        "sender", "from", "to", "cc", "bcc", "replyTo", "subject", "sentAt", "hasAttachment", "preview", "bodyValues",
        "textBody", "htmlBody", "attachments",
    ];

    private static readonly HeaderProperty Sender = new("sender", "Sender", HeaderForm.Addresses, All: false);

    private static readonly Dictionary<string, Func<Email, JsonNode?>> Properties = new(StringComparer.Ordinal)
    {
        ["id"] = email => email.Id.ToString(),
        ["blobId"] = email => new BlobId(email.Id, "").ToString(),
        ["threadId"] = email => ThreadId.Text(email.Thread),
        ["mailboxIds"] = email => new JsonObject { [email.Id.Mailbox.ToString()] = true },
        ["keywords"] = email => new JsonObject(email.Keywords.Select(keyword => KeyValuePair.Create(keyword, (JsonNode?)true))),
        ["size"] = email => email.SizeBytes,
        ["receivedAt"] = email => Utc(email.ReceivedAt),
        ["sentAt"] = email => email.Envelope.SentAt?.ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture),
        ["messageId"] = email => Texts(email.Envelope.MessageId is { } id ? [id] : []),
        ["inReplyTo"] = email => Texts(email.Envelope.InReplyTo is { } id ? [id] : []),
        ["references"] = email => Texts(email.Envelope.References),
        ["sender"] = email => HeaderJson.Value(email, Sender),
        ["from"] = email => Addresses(email.Envelope.From),
        ["to"] = email => Addresses(email.Envelope.To),
        ["cc"] = email => Addresses(email.Envelope.Cc),
        ["bcc"] = email => Addresses(email.Envelope.Bcc),
        ["replyTo"] = email => Addresses(email.Envelope.ReplyTo),
        ["subject"] = email => email.Envelope.Subject,
        ["hasAttachment"] = email => email.HasAttachment,
        ["preview"] = email => email.Preview ?? "",
        ["textBody"] = email => Parts(email.Body.Text),
        ["htmlBody"] = email => Parts(email.Body.Html),
        ["attachments"] = email => Parts(email.Body.Attachments),
        ["bodyValues"] = _ => new JsonObject(),
        ["headers"] = HeaderJson.All,
        ["security"] = email => email.Body.Security,
        ["isPartial"] = email => email.Envelope.IsPartial,
    };

    public static bool Knows(string property) => ReadingJson.Properties.Contains(property) || Properties.ContainsKey(property) || HeaderProperty.Parse(property) is not null;

    public static JsonObject Describe(Email email, IEnumerable<string> properties) =>
        new(properties.Append("id").Except(ReadingJson.Properties).Distinct().Select(property => KeyValuePair.Create(
            property, Properties.TryGetValue(property, out var read) ? read(email) : HeaderJson.Value(email, HeaderProperty.Parse(property)!))));

    /// <summary>What must be read beyond the index for these properties; each detail costs time at the mail server.</summary>
    public static EmailDetail Detail(IReadOnlyCollection<string> properties) =>
        (properties.Any(property => property is "textBody" or "htmlBody" or "attachments" or "bodyValues" or "security") ? EmailDetail.Body : EmailDetail.None)
        | (properties.Any(property => property is "headers" or "sender" || ReadingJson.Properties.Contains(property) || HeaderProperty.IsOne(property))
            ? EmailDetail.Headers
            : EmailDetail.None);

    private static string Utc(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static JsonArray? Texts(string[] texts) => texts.Length == 0 ? null : new JsonArray([.. texts.Select(text => (JsonNode)text)]);

    private static JsonArray? Addresses(EmailAddress[] addresses) => addresses.Length == 0 ? null : HeaderJson.Addresses(addresses);

    private static JsonArray Parts(EmailPart[] parts) => new([.. parts.Select(Part)]);

    private static JsonObject Part(EmailPart part) => new()
    {
        ["partId"] = part.PartId,
        ["blobId"] = part.BlobId.ToString(),
        ["size"] = part.SizeBytes,
        ["name"] = part.Name,
        ["type"] = part.Type,
        ["charset"] = part.Charset,
        ["disposition"] = part.Disposition,
        ["cid"] = part.ContentId,
    };
}
