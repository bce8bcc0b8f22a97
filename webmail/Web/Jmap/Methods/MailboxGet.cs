using System.Text.Json.Nodes;
using Webmail.Mail.Mailboxes;

namespace Webmail.Web.Jmap.Methods;

internal sealed class MailboxGet(MailboxReader mailboxes) : IJmapMethod
{
    public string Name => "Mailbox/get";

    public async Task<JsonObject> InvokeAsync(JmapCall call, List<ImpliedResponse> implied)
    {
        var ids = Selected.Ids(call);
        var list = await mailboxes.ListAsync(call.Account(), call.Cancelled);
        return Selected.Answer(call, MailboxJson.State(list), list.Select(MailboxJson.Describe), ids, call.Texts("properties"));
    }
}
