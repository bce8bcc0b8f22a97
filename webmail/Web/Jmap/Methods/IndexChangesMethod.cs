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
        var (since, idsMax) = ChangesAnswer.Read(call);
        var found = await index.ChangesAsync(call.Account(), type, IndexState.Parse(since), idsMax, call.Cancelled);
        var changed = found.Changes ?? throw IndexState.Unknown(since);
        var answer = ChangesAnswer.Of(call, since, IndexState.Text(changed.NewState), changed.HasMore, Ids(changed.Created), Ids(changed.Updated), Ids(changed.Destroyed));
        if (type == IndexType.Mailbox)
        {
            answer["updatedProperties"] = changed.OnlyCounts ? ChangesAnswer.Ids(Counts) : null;
        }

        return answer;
    }

    private IEnumerable<string> Ids(long[] keys) => keys.Select(key => type switch
    {
        IndexType.Mailbox => MailboxId.Text(key),
        IndexType.Email => EmailId.Text(key),
        _ => ThreadId.Text(key),
    });
}
