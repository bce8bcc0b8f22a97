using System.Text.Json.Nodes;
using Webmail.Mail.Ids;
using Webmail.Web.Index;

namespace Webmail.Web.Jmap.Methods;

/// <summary>Mailbox/changes, Email/changes and Thread/changes (RFC 8620 §5.2), for as long as the index remembers what has gone.</summary>
internal sealed class IndexChangesMethod(MailIndex index, IndexType type) : IJmapMethod
{
    private static readonly string[] Counts = ["totalEmails", "unreadEmails", "totalThreads", "unreadThreads"];

    public string Name => $"{type}/changes";

    public async Task<JsonObject> InvokeAsync(JmapCall call, List<ImpliedResponse> implied)
    {
        var since = call.Text("sinceState") ?? throw new MethodException("invalidArguments", "sinceState must be given.");
        var idsMax = call.Number("maxChanges");
        if (idsMax <= 0)
        {
            throw new MethodException("invalidArguments", "maxChanges must be greater than 0.");
        }

        var found = await index.ChangesAsync(call.Account(), type, IndexState.Parse(since), idsMax, call.Cancelled);
        var changed = found.Changes ?? throw IndexState.Unknown(since);
        var answer = new JsonObject
        {
            ["accountId"] = call.Text("accountId"),
            ["oldState"] = since,
            ["newState"] = IndexState.Text(changed.NewState),
            ["hasMoreChanges"] = changed.HasMore,
            ["created"] = Ids(changed.Created),
            ["updated"] = Ids(changed.Updated),
            ["destroyed"] = Ids(changed.Destroyed),
        };
        if (type == IndexType.Mailbox)
        {
            answer["updatedProperties"] = changed.OnlyCounts ? new JsonArray([.. Counts.Select(name => (JsonNode)name)]) : null;
        }

        return answer;
    }

    private JsonArray Ids(long[] keys) => new([.. keys.Select(key => (JsonNode)(type switch
    {
        IndexType.Mailbox => MailboxId.Text(key),
        IndexType.Email => EmailId.Text(key),
        _ => ThreadId.Text(key),
    }))]);
}
