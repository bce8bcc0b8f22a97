using System.Text.Json.Nodes;
using Webmail.Mail.Ids;
using Webmail.Web.Index;

namespace Webmail.Web.Jmap.Methods;

/// <summary>How the results of a query have changed (RFC 8621 §2.4), where each mailbox's place depends on itself alone.</summary>
internal sealed class MailboxQueryChanges(MailIndex index) : IJmapMethod
{
    public string Name => "Mailbox/queryChanges";

    public async Task<JsonObject> InvokeAsync(JmapCall call, List<ImpliedResponse> implied)
    {
        var account = call.Account();
        var selection = MailboxSelection.Read(call);
        var since = QueryChangesAnswer.Since(call);
        if (!selection.CanCalculateChanges || await index.MailboxChangesAsync(account, IndexState.Parse(since), call.Cancelled) is not var (changes, mailboxes))
        {
            throw IndexState.Unknown(since);
        }

        string[] all = [.. selection.Of(mailboxes).Select(mailbox => mailbox.MailboxId.ToString())];
        return QueryChangesAnswer.Of(
            call,
            since,
            IndexState.Text(changes.NewState),
            [.. Ids(changes.Updated), .. Ids(changes.Destroyed)],
            QueryChangesAnswer.Added(all, Ids(changes.Created), Ids(changes.Updated)),
            all.Length);

        static IEnumerable<string> Ids(long[] keys) => keys.Select(MailboxId.Text);
    }
}
