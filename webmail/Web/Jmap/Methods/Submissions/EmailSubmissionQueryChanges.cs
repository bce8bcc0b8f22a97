using System.Text.Json.Nodes;
using Webmail.Web.Database;
using Webmail.Web.Outbox;

namespace Webmail.Web.Jmap.Methods.Submissions;

/// <summary>
/// What has changed in the results of a query (RFC 8621 §7.4): each changed submission is taken out of the old results, and put in
/// again if it is among the new ones.
/// </summary>
internal sealed class EmailSubmissionQueryChanges(OutboxStore outbox) : IJmapMethod
{
    public string Name => "EmailSubmission/queryChanges";

    public async Task<JsonObject> InvokeAsync(JmapCall call, List<ImpliedResponse> implied)
    {
        var query = SubmissionQuery.Read(call);
        var since = QueryChangesAnswer.Since(call);
        var found = await outbox.ReadAsync(
            call.Account(),
            "outbox.query-changes",
            async view =>
            {
                var changed = await view.ChangesAsync(since, null);
                var ids = query.Run(await view.ReadAsync(null, OutboxLimits.QueriedMax));
                return new Found(changed, QueryChangesAnswer.Added(ids, changed?.Created ?? [], changed?.Updated ?? []), ids.Length);
            },
            call.Cancelled);
        if (found.Changes is not { HasMore: false } changes)
        {
            throw ChangesAnswer.Unknown(since, OutboxLimits.Lifetime);
        }

        return QueryChangesAnswer.Of(call, since, changes.NewState, [.. changes.Updated, .. changes.Destroyed], found.Added, found.Total);
    }

    private sealed record Found(ChangedIds? Changes, AddedItem[] Added, int Total);
}
