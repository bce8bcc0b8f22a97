using System.Text.Json.Nodes;
using Webmail.Mail.Headers;
using Webmail.Mail.Messages;
using Webmail.Mail.Seams;
using Webmail.Web.Blobs;
using Webmail.Web.Index;
using Webmail.Web.Jmap.Methods.Emails;

namespace Webmail.Web.Jmap.Methods;

/// <summary>Messages by id, with their structure and the text of their bodies if asked for (RFC 8621 §4.2).</summary>
internal sealed class EmailGet(
    MailIndex index, EmailDescriptions descriptions, EmailReader emails, BodyReader bodies, PartHeaderReader partHeaders, ReadingJson reading) : IJmapMethod
{
    private const int BodyValueMessagesMax = 50;
    private const int PartHeadersMax = 500;
    private const int UnpackedMax = 20;

    public string Name => "Email/get";

    public async Task<JsonObject> InvokeAsync(JmapCall call, List<ImpliedResponse> implied)
    {
        var account = call.Account();
        var ids = Selected.Ids(call) ?? throw new MethodException("requestTooLarge", "Name the ids: a mailbox is too large to get whole.");
        var properties = EmailJson.ReadProperties(call, EmailJson.DefaultProperties);
        var (ofParts, ofBodies) = (BodyProperties.Read(call), BodyValues.Read(call));
        var needsPreview = properties.Any(property => property is "preview" or "hasAttachment");
        var detail = EmailJson.Detail(properties, ofParts);
        if (detail == EmailDetail.None)
        {
            var view = new EmailView(string.Join(',', properties), needsPreview, email => EmailJson.Utf8(email, properties));
            var (at, there, list) = await descriptions.ReadAsync(account, ids, view, State(call), call.Cancelled);
            return Selected.Answer(call, IndexState.Text(at), list.Node(), ids.Except(there));
        }

        var (state, known) = await index.EmailsAsync(account, ids, needsPreview, call.Cancelled);
        var found = await emails.ReadAsync(account, known, detail, call.Cancelled);
        var facts = await reading.FactsAsync(account, found, properties, call.Cancelled);
        var unpacks = call.Flag("unpacks");
        if (unpacks && found.Length > UnpackedMax)
        {
            throw new MethodException("requestTooLarge", $"At most {UnpackedMax} messages are unpacked at once.");
        }

        var described = new List<JsonObject>();
        var partsRead = 0;
        foreach (var email in found)
        {
            var headers = new Dictionary<string, HeaderField[]>();
            if (ofParts.NeedHeaders && EmailJson.PartsOf(email.Body, properties) is { Length: > 0 } parts)
            {
                partsRead += parts.Length;
                headers = partsRead <= PartHeadersMax
                    ? await partHeaders.ReadAsync(account, email.Id, parts, call.Cancelled)
                    : throw new MethodException("requestTooLarge", $"The headers of at most {PartHeadersMax} parts are read at once; name fewer messages.");
            }

            IReadableEmail readable = new StoredEmail(bodies, account, email);
            readable = unpacks ? await UnpackedEmail.OfAsync(readable, email.Body.Text.Concat(email.Body.Html), call.Cancelled) : readable;
            var root = email.Body.Structure?.Part.PartId;
            var json = new BodyPartJson(ofParts, readable.Email.Body, readable.BlobIdOf, part => part == root ? email.Headers : headers.GetValueOrDefault(part, []));
            var item = EmailJson.Describe(readable.Email, properties, json);
            reading.Add(item, email, account, properties, facts);
            if (properties.Contains("bodyValues") && described.Count < BodyValueMessagesMax)
            {
                item["bodyValues"] = await ofBodies.DescribeAsync(readable, call.Cancelled);
            }

            described.Add(item);
        }

        return Selected.Answer(call, IndexState.Text(state), described, ids, null);
    }

    /// <summary>What a list is made of is as its query has just found it: the database need not be asked for the state again.</summary>
    private static long? State(JmapCall call) => call.StateOfQueryBefore("Email/query") is { } state ? IndexState.Parse(state) : null;
}
