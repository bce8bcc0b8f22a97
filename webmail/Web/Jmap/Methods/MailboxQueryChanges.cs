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
        var since = call.Text("sinceQueryState") ?? throw new MethodException("invalidArguments", "sinceQueryState must be given.");
        if (!selection.CanCalculateChanges || await index.MailboxChangesAsync(account, IndexState.Parse(since), call.Cancelled) is not var (changes, mailboxes))
        {
            throw IndexState.Unknown(since);
        }

        var all = selection.Of(mailboxes);
        var touched = changes.Created.Concat(changes.Updated).ToHashSet();
        long[] removed = [.. changes.Updated, .. changes.Destroyed];
        var added = all.Index().Where(item => touched.Contains(item.Item.Id)).ToList();
        if (call.Number("maxChanges") is { } max && removed.Length + added.Count > max)
        {
            throw new MethodException("tooManyChanges", $"There are {removed.Length + added.Count} changes.");
        }

        var answer = new JsonObject
        {
            ["accountId"] = account.Id,
            ["oldQueryState"] = since,
            ["newQueryState"] = IndexState.Text(changes.NewState),
            ["removed"] = new JsonArray([.. removed.Select(id => (JsonNode)MailboxId.Text(id))]),
            ["added"] = new JsonArray([.. added.Select(item => (JsonNode)new JsonObject { ["id"] = item.Item.MailboxId.ToString(), ["index"] = item.Index })]),
        };
        if (call.Flag("calculateTotal"))
        {
            answer["total"] = all.Count;
        }

        return answer;
    }
}
