using System.Text.Json.Nodes;
using Webmail.Web.Index;

namespace Webmail.Web.Jmap.Methods;

internal sealed class MailboxGet(MailIndex index) : IJmapMethod
{
    public string Name => "Mailbox/get";

    public async Task<JsonObject> InvokeAsync(JmapCall call, List<ImpliedResponse> implied)
    {
        var ids = Selected.Ids(call);
        var found = await index.MailboxesAsync(call.Account(), call.Cancelled);
        return Selected.Answer(call, IndexState.Text(found.State), MailboxJson.Describe(found.Mailboxes), ids, call.Texts("properties"));
    }
}
