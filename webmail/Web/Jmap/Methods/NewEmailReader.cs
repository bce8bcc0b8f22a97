using System.Text.Json.Nodes;
using Webmail.Mail.Ids;
using Webmail.Mail.Seams;
using Webmail.Mail.Writing;
using Webmail.Web.Index;
using Webmail.Web.Jmap.Methods.Emails;

namespace Webmail.Web.Jmap.Methods;

/// <summary>Reads a message to be created (RFC 8621 §4.6). Its Message-ID is ours alone to give: doubt about the message is resolved by it.</summary>
internal sealed class NewEmailReader(MailIndex index, NewBodyReader bodies)
{
    private static readonly HashSet<string> Known =
    [
        "mailboxIds", "keywords", "from", "sender", "to", "cc", "bcc", "replyTo", "subject", "inReplyTo", "references", "sentAt", "receivedAt",
        .. NewBodyReader.Properties,
    ];

    public async Task<NewEmail> ReadAsync(MailAccount account, JsonNode? node, CancellationToken cancellationToken)
    {
        var (fields, headers) = Parse(node);
        var mailboxes = EmailPatch.MailboxesOf(fields["mailboxIds"], "mailboxIds");
        var mailbox = mailboxes.Count != 1
            ? throw Invalid("Name exactly one mailbox.", "mailboxIds")
            : await index.MailboxAsync(account, mailboxes[0], cancellationToken) ?? throw Invalid("There is no such mailbox.", "mailboxIds");
        string[] keywords = fields["keywords"] is { } named ? [.. EmailPatch.KeywordsOf(named, "keywords")] : [];
        return await ReadAsync(fields, headers, mailbox, keywords, account.Time.GetUtcNow(), (part, blobId) => bodies.ContentAsync(account, part, blobId, cancellationToken));
    }

    /// <param name="node">The message.</param>
    /// <param name="mailbox">Where it is to lie.</param>
    /// <param name="keywords">With these.</param>
    /// <param name="now">The time of what names no time.</param>
    /// <param name="content">Gives parts the content that their blob id names.</param>
    public static Task<NewEmail> ReadAsync(JsonNode? node, MailboxId mailbox, IReadOnlyList<string> keywords, DateTimeOffset now, PartFilling content)
    {
        var (fields, headers) = Parse(node);
        return ReadAsync(fields, headers, mailbox, keywords, now, content);
    }

    private static (JsonObject Fields, IReadOnlyList<KeyValuePair<string, string>> Headers) Parse(JsonNode? node)
    {
        var (fields, headers) = NewHeaders.Read(node as JsonObject ?? throw Invalid("A message is an object."));
        return fields.FirstOrDefault(field => !Known.Contains(field.Key)).Key is { } unknown
            ? throw Invalid($"{unknown} cannot be set here.", unknown)
            : (fields, headers);
    }

    private static async Task<NewEmail> ReadAsync(
        JsonObject fields,
        IReadOnlyList<KeyValuePair<string, string>> headers,
        MailboxId mailbox,
        IReadOnlyList<string> keywords,
        DateTimeOffset now,
        PartFilling content) =>
        new()
        {
            Mailbox = mailbox,
            Keywords = keywords,
            Date = Date(fields, "sentAt") ?? now,
            ReceivedAt = Date(fields, "receivedAt") ?? now,
            From = NewHeaders.Addresses(fields["from"], "from"),
            Sender = NewHeaders.Addresses(fields["sender"], "sender") switch
            {
                [] => null,
                [var one] => one,
                _ => throw Invalid("A message has one sender.", "sender"),
            },
            To = NewHeaders.Addresses(fields["to"], "to"),
            Cc = NewHeaders.Addresses(fields["cc"], "cc"),
            Bcc = NewHeaders.Addresses(fields["bcc"], "bcc"),
            ReplyTo = NewHeaders.Addresses(fields["replyTo"], "replyTo"),
            Subject = fields["subject"] is { } subject ? NewHeaders.Line(subject, "subject") : "",
            InReplyTo = NewHeaders.MessageIds(fields["inReplyTo"], "inReplyTo"),
            References = NewHeaders.MessageIds(fields["references"], "references"),
            Headers = headers,
            Body = await NewBodyReader.ReadAsync(fields, content),
        };

    private static DateTimeOffset? Date(JsonObject fields, string property) => fields[property] is { } value ? NewHeaders.Date(value, property) : null;

    private static SetException Invalid(string description, params string[] properties) => new("invalidProperties", description, properties);
}
