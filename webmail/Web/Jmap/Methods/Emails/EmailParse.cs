using System.Text.Json.Nodes;
using Webmail.Mail.Messages;
using Webmail.Web.Blobs;

namespace Webmail.Web.Jmap.Methods.Emails;

/// <summary>Shows messages that lie in no mailbox: uploaded, or attached to others (RFC 8621 §4.9).</summary>
internal sealed class EmailParse(BlobReader blobs) : IJmapMethod
{
    /// <summary>Each is read and parsed whole.</summary>
    private const int BlobsMax = 20;

    private static readonly string[] DefaultProperties =
    [
        "messageId", "inReplyTo", "references", "sender", "from", "to", "cc", "bcc", "replyTo", "subject", "sentAt", "hasAttachment", "preview",
        "bodyValues", "textBody", "htmlBody", "attachments",
    ];

    // What only a message in a mailbox has.
    private static readonly string[] Absent = ["id", "mailboxIds", "keywords", "receivedAt", "threadId"];

    public string Name => "Email/parse";

    public async Task<JsonObject> InvokeAsync(JmapCall call, List<ImpliedResponse> implied)
    {
        var account = call.Account();
        var ids = call.Texts("blobIds") ?? throw new MethodException("invalidArguments", "blobIds must be given.");
        if (ids.Count > BlobsMax)
        {
            throw new MethodException("requestTooLarge", $"At most {BlobsMax} messages are parsed at once.");
        }

        var properties = EmailJson.ReadProperties(call, DefaultProperties);
        var (ofParts, ofBodies) = (BodyProperties.Read(call), BodyValues.Read(call));
        var (parsed, notParsable, notFound) = (new JsonObject(), new JsonArray(), new JsonArray());
        foreach (var id in ids.Distinct())
        {
            if (await blobs.ReadAsync(account, id, call.Cancelled) is not { } blob)
            {
                notFound.Add(id);
            }
            else if (blob.Content is { } content && BlobReader.Parse(content) is { } message)
            {
                parsed[id] = await DescribeAsync(message, id, call, properties, ofParts, ofBodies);
            }
            else
            {
                notParsable.Add(id);
            }
        }

        return new JsonObject
        {
            ["accountId"] = account.Id,
            ["parsed"] = parsed.Count > 0 ? parsed : null,
            ["notParsable"] = notParsable.Count > 0 ? notParsable : null,
            ["notFound"] = notFound.Count > 0 ? notFound : null,
        };
    }

    private static async Task<JsonObject> DescribeAsync(
        ParsedMessage message, string id, JmapCall call, IReadOnlyList<string> properties, BodyProperties ofParts, BodyValues ofBodies)
    {
        IReadableEmail readable = new ParsedEmail(message, id);
        readable = call.Flag("unpacks") ? await UnpackedEmail.OfAsync(readable, message.Email.Body.Text.Concat(message.Email.Body.Html), call.Cancelled) : readable;
        var email = readable.Email;
        var root = email.Body.Structure?.Part.PartId;
        var parts = new BodyPartJson(
            ofParts, email.Body, readable.BlobIdOf, part => part == root ? email.Headers : message.Headers(part));
        var item = EmailJson.Describe(email, properties, parts);
        foreach (var absent in Absent.Where(item.ContainsKey))
        {
            item[absent] = null;
        }

        if (!properties.Contains("id"))
        {
            item.Remove("id");
        }

        if (properties.Contains("blobId"))
        {
            item["blobId"] = id;
        }

        if (properties.Contains("bodyValues"))
        {
            item["bodyValues"] = await ofBodies.DescribeAsync(readable, call.Cancelled);
        }

        return item;
    }
}
