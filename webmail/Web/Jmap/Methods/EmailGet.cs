using System.Text.Json.Nodes;
using Webmail.Mail.Messages;
using Webmail.Mail.Seams;
using Webmail.Web.Index;

namespace Webmail.Web.Jmap.Methods;

/// <summary>Messages by id, with the text of their bodies if asked for.</summary>
internal sealed class EmailGet(MailIndex index, EmailReader emails, BodyReader bodies, ReadingJson reading) : IJmapMethod
{
    private const int BodyValueMessagesMax = 50;
    private const int CharactersMax = 1024 * 1024;

    public string Name => "Email/get";

    public async Task<JsonObject> InvokeAsync(JmapCall call, List<ImpliedResponse> implied)
    {
        var account = call.Account();
        var ids = Selected.Ids(call) ?? throw new MethodException("requestTooLarge", "Name the ids: a mailbox is too large to get whole.");
        var properties = call.Texts("properties") ?? EmailJson.DefaultProperties;
        if (properties.FirstOrDefault(property => !EmailJson.Knows(property)) is { } unknown)
        {
            throw new MethodException("invalidArguments", $"There is no property {unknown} of messages here.");
        }

        var (state, known) = await index.EmailsAsync(account, ids, properties.Any(property => property is "preview" or "hasAttachment"), call.Cancelled);
        var found = await emails.ReadAsync(account, known, EmailJson.Detail([.. properties]), call.Cancelled);
        var described = new List<JsonObject>();
        foreach (var email in found)
        {
            var item = EmailJson.Describe(email, properties);
            reading.Add(item, email, account, properties);
            if (properties.Contains("bodyValues") && described.Count < BodyValueMessagesMax)
            {
                item["bodyValues"] = await BodyValuesAsync(call, account, email);
            }

            described.Add(item);
        }

        return Selected.Answer(call, IndexState.Text(state), described, ids, null);
    }

    private async Task<JsonObject> BodyValuesAsync(JmapCall call, MailAccount account, Email email)
    {
        var all = call.Flag("fetchAllBodyValues");
        var parts = (all || call.Flag("fetchTextBodyValues") ? email.Body.Text : [])
            .Concat(all || call.Flag("fetchHTMLBodyValues") ? email.Body.Html : [])
            .Where(part => part.Type.StartsWith("text/", StringComparison.Ordinal))
            .DistinctBy(part => part.PartId);
        var read = 0;
        var limit = call.Number("maxBodyValueBytes") is { } given and > 0 ? Math.Min(given, CharactersMax) : CharactersMax;
        var values = new JsonObject();
        foreach (var part in parts)
        {
            var body = read++ < BodyReader.PartsMax ? await bodies.ReadAsync(account, part, call.Cancelled) : new BodyText("", false, true);
            var cut = body.Value.Length > limit;
            values[part.PartId] = new JsonObject
            {
                ["value"] = cut ? body.Value[..limit] : body.Value,
                ["isEncodingProblem"] = body.EncodingProblem,
                ["isTruncated"] = body.Truncated || cut,
            };
        }

        return values;
    }
}
