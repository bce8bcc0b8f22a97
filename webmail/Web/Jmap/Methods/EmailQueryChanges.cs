using System.Text.Json.Nodes;
using Webmail.Mail.Ids;
using Webmail.Web.Index;

namespace Webmail.Web.Jmap.Methods;

/// <summary>How the results of a query have changed (RFC 8621 §4.5), where each message's place depends on itself alone.</summary>
internal sealed class EmailQueryChanges(MailIndex index) : IJmapMethod
{
    public string Name => "Email/queryChanges";

    public async Task<JsonObject> InvokeAsync(JmapCall call, List<ImpliedResponse> implied)
    {
        var query = EmailQuery.Read(call);
        var since = call.Text("sinceQueryState") ?? throw new MethodException("invalidArguments", "sinceQueryState must be given.");
        var found = await index.FindChangesAsync(call.Account(), query, IndexState.Parse(since), call.Cancelled);
        var removed = found.Removed ?? throw IndexState.Unknown(since);
        if (call.Number("maxChanges") is { } max && removed.Length + found.Added.Length > max)
        {
            throw new MethodException("tooManyChanges", $"There are {removed.Length + found.Added.Length} changes.");
        }

        var answer = new JsonObject
        {
            ["accountId"] = call.Text("accountId"),
            ["oldQueryState"] = since,
            ["newQueryState"] = IndexState.Text(found.State),
            ["removed"] = new JsonArray([.. removed.Select(id => (JsonNode)EmailId.Text(id))]),
            ["added"] = new JsonArray([.. found.Added.Select(item => (JsonNode)new JsonObject { ["id"] = EmailId.Text(item.Id), ["index"] = item.Index })]),
        };
        if (call.Flag("calculateTotal"))
        {
            answer["total"] = found.Total;
        }

        return answer;
    }
}
