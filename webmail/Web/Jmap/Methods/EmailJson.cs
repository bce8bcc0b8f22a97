using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Webmail.Mail.Headers;
using Webmail.Mail.Ids;
using Webmail.Mail.Messages;
using Webmail.Web.Jmap.Methods.Emails;

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
        ["sender"] = email => HeaderJson.Value(email.Headers, Sender),
        ["from"] = email => Addresses(email.Envelope.From),
        ["to"] = email => Addresses(email.Envelope.To),
        ["cc"] = email => Addresses(email.Envelope.Cc),
        ["bcc"] = email => Addresses(email.Envelope.Bcc),
        ["replyTo"] = email => Addresses(email.Envelope.ReplyTo),
        ["subject"] = email => email.Envelope.Subject,
        ["hasAttachment"] = email => email.HasAttachment,
        ["preview"] = email => email.Preview ?? "",
        ["bodyValues"] = _ => new JsonObject(),
        ["headers"] = email => HeaderJson.All(email.Headers),
        ["security"] = email => email.Body.Security,
        ["isPartial"] = email => email.Envelope.IsPartial,
    };

    private static readonly Dictionary<string, Func<EmailBody, BodyPartJson, JsonNode?>> PartProperties = new(StringComparer.Ordinal)
    {
        ["bodyStructure"] = (_, parts) => parts.Structure(),
        ["textBody"] = (body, parts) => parts.List(body.Text),
        ["htmlBody"] = (body, parts) => parts.List(body.Html),
        ["attachments"] = (body, parts) => parts.List(body.Attachments),
    };

    /// <summary>The properties a call asks for.</summary>
    /// <exception cref="MethodException">invalidArguments: there is no such property.</exception>
    public static IReadOnlyList<string> ReadProperties(JmapCall call, IReadOnlyList<string> byDefault)
    {
        var properties = call.Texts("properties") ?? byDefault;
        return properties.FirstOrDefault(property => !Knows(property)) is { } unknown
            ? throw new MethodException("invalidArguments", $"There is no property {unknown} of messages here.")
            : properties;
    }

    public static JsonObject Describe(Email email, IEnumerable<string> properties, BodyPartJson parts) =>
        new(properties.Append("id").Except(ReadingJson.Properties).Distinct().Select(property => KeyValuePair.Create(
            property,
            Properties.TryGetValue(property, out var read) ? read(email)
                : PartProperties.TryGetValue(property, out var readParts) ? readParts(email.Body, parts)
                : HeaderJson.Value(email.Headers, HeaderProperty.Parse(property)!))));

    /// <summary>The same in UTF-8, of properties that need no detail.</summary>
    public static byte[] Utf8(Email email, IEnumerable<string> properties) => JsonSerializer.SerializeToUtf8Bytes(
        new JsonObject(properties.Append("id").Distinct().Select(property => KeyValuePair.Create(property, Properties[property](email)))), JsonSerializerOptions.Web);

    /// <summary>What is said of a message that was made (RFC 8621 §4.6, §4.8).</summary>
    public static JsonObject Created(Email email) => new()
    {
        ["id"] = email.Id.ToString(),
        ["blobId"] = new BlobId(email.Id, "").ToString(),
        ["threadId"] = ThreadId.Text(email.Thread),
        ["size"] = email.SizeBytes,
    };

    /// <summary>What must be read beyond the index for these properties; each detail costs time at the mail server.</summary>
    public static EmailDetail Detail(IReadOnlyCollection<string> properties, BodyProperties ofParts)
    {
        var shows = properties.Any(PartProperties.ContainsKey);
        return (shows || properties.Any(property => property is "bodyValues" or "security") ? EmailDetail.Body : EmailDetail.None)
            | ((shows && ofParts.NeedHeaders) || properties.Any(property => property is "headers" or "sender" || ReadingJson.Properties.Contains(property) || HeaderProperty.IsOne(property))
                ? EmailDetail.Headers : EmailDetail.None);
    }

    /// <summary>The part ids these properties show, but for the whole body, whose header is the message's.</summary>
    public static string[] PartsOf(EmailBody body, IReadOnlyCollection<string> properties)
    {
        var all = body.Structure?.All().Select(one => one.Part.PartId) ?? [];
        IEnumerable<string> shown = properties.Contains("bodyStructure")
            ? all
            : body.All.Where(part => (properties.Contains("textBody") && body.Text.Contains(part)) || (properties.Contains("htmlBody") && body.Html.Contains(part))
                || (properties.Contains("attachments") && body.Attachments.Contains(part))).Select(part => part.PartId);
        return [.. shown.Except(all.Take(1))];
    }

    private static bool Knows(string property) =>
        Properties.ContainsKey(property) || PartProperties.ContainsKey(property) || ReadingJson.Properties.Contains(property) || HeaderProperty.Parse(property) is not null;

    private static string Utc(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static JsonArray? Texts(string[] texts) => texts.Length == 0 ? null : new JsonArray([.. texts.Select(text => (JsonNode)text)]);

    private static JsonArray? Addresses(EmailAddress[] addresses) => addresses.Length == 0 ? null : HeaderJson.Addresses(addresses);
}
