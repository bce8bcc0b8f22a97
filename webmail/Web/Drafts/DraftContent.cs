using System.Text;
using System.Text.Json.Nodes;
using Webmail.Mail.Ids;
using Webmail.Web.Jmap;
using Webmail.Web.Jmap.Methods;
using Webmail.Web.Jmap.Methods.Emails;

namespace Webmail.Web.Drafts;

/// <summary>What a version holds: a message as Email/set creates it, without mailbox and keywords, and what its client notes for itself.</summary>
internal sealed class DraftContent
{
    private static readonly MailboxId Nowhere = new(0, "");

    private readonly List<JsonObject> _parts = [];
    private readonly JsonObject _json;

    private DraftContent(JsonObject json) => _json = json;

    /// <summary>The blob ids of its attachments.</summary>
    public IEnumerable<string> Blobs => _parts.Select(part => JmapCall.AsText(part["blobId"])!).Distinct();

    /// <summary>Checks it as if the message were written now; nothing outside is asked.</summary>
    /// <exception cref="SetException">invalidProperties, tooLarge.</exception>
    public static async Task<DraftContent> ReadAsync(JsonObject fields)
    {
        var email = fields["email"] as JsonObject ?? throw new SetException("invalidProperties", "email must be an object.", "email");
        if (email.ContainsKey("mailboxIds") || email.ContainsKey("keywords"))
        {
            throw new SetException("invalidProperties", "A draft lies in the mailbox Drafts, as one.", "email");
        }

        var content = new DraftContent(new JsonObject { ["email"] = email.DeepClone(), ["client"] = fields["client"]?.DeepClone() });
        if (Encoding.UTF8.GetByteCount(content.ToString()) > DraftLimits.ContentBytesMax)
        {
            throw new SetException("tooLarge", $"A draft has at most {DraftLimits.ContentBytesMax} bytes without its attachments.");
        }

        content.Collect(content._json["email"]);
        await NewEmailReader.ReadAsync(email, Nowhere, [], DateTimeOffset.UnixEpoch, (part, _) => ValueTask.FromResult(part with { Content = ReadOnlyMemory<byte>.Empty }));
        return content;
    }

    /// <summary>Names an attachment by its content from now on, and says of what type it is.</summary>
    public void Replace(string blobId, string newId, string type)
    {
        foreach (var part in _parts.Where(part => JmapCall.AsText(part["blobId"]) == blobId))
        {
            part["blobId"] = newId;
            part["type"] ??= type;
        }
    }

    public override string ToString() => _json.ToJsonString();

    private void Collect(JsonNode? node)
    {
        if (node is JsonArray list)
        {
            list.ToList().ForEach(Collect);
        }
        else if (node is JsonObject fields)
        {
            if (JmapCall.AsText(fields["blobId"]) is not null)
            {
                _parts.Add(fields);
            }

            fields.Select(field => field.Value).ToList().ForEach(Collect);
        }
    }
}
