using System.Text.Json.Nodes;
using Webmail.Mail.Ids;
using Webmail.Web.Index;

namespace Webmail.Web.Jmap.Methods;

/// <summary>The messages of conversations, in whatever mailboxes they lie (RFC 8621 §3.1).</summary>
internal sealed class ThreadGet(MailIndex index) : IJmapMethod
{
    public string Name => "Thread/get";

    public async Task<JsonObject> InvokeAsync(JmapCall call, List<ImpliedResponse> implied)
    {
        var ids = Selected.Ids(call) ?? throw new MethodException("requestTooLarge", "Name the ids: there are too many conversations to get them all.");
        var keys = ids.Select(id => ThreadId.TryKey(id, out var key) ? key : 0).Where(key => key != 0).Distinct().ToArray();
        var found = await index.ThreadsAsync(call.Account(), keys, call.Cancelled);
        var described = found.Threads.Select(thread => new JsonObject
        {
            ["id"] = ThreadId.Text(thread.Key),
            ["emailIds"] = new JsonArray([.. thread.Value.Select(email => (JsonNode)EmailId.Text(email))]),
        });
        return Selected.Answer(call, IndexState.Text(found.State), described, ids, call.Texts("properties"));
    }
}
