using System.Text.Json.Nodes;
using Webmail.Web.Index;

namespace Webmail.Web.Jmap.Methods;

/// <summary>Mailboxes by role, parent, name or subscription (RFC 8621 §2.3), in display order unless another is asked for.</summary>
internal sealed class MailboxQuery(MailIndex index) : IJmapMethod
{
    public string Name => "Mailbox/query";

    public async Task<JsonObject> InvokeAsync(JmapCall call, List<ImpliedResponse> implied)
    {
        var selection = MailboxSelection.Read(call);
        var window = QueryWindow.Read(call);
        var found = await index.MailboxesAsync(call.Account(), call.Cancelled);
        string[] ids = [.. selection.Of(found.Mailboxes).Select(mailbox => mailbox.MailboxId.ToString())];
        var page = window.Cut(ids) ?? throw new MethodException("anchorNotFound", $"{window.Anchor} is not among the results.");
        return window.Answer(call, IndexState.Text(found.State), selection.CanCalculateChanges, page);
    }
}
