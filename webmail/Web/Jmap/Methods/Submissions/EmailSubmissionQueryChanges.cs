using System.Text.Json.Nodes;
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
        var since = call.Text("sinceQueryState") ?? throw new MethodException("invalidArguments", "sinceQueryState must be given.");
        var found = await outbox.ReadAsync(
            call.Account(),
            "outbox.query-changes",
            async view =>
            {
                var changed = await view.ChangesAsync(since, null);
                var ids = query.Run(await view.ReadAsync(null, OutboxLimits.QueriedMax));
                var touched = (changed?.Created ?? []).Concat(changed?.Updated ?? []).ToHashSet();
                return new Found(changed, [.. ids.Index().Where(item => touched.Contains(item.Item)).Select(item => new Place(item.Item, item.Index))], ids.Length);
            },
            call.Cancelled);
        if (found.Changes is not { HasMore: false } changes)
        {
            throw EmailSubmissionChanges.Unknown(since);
        }

        string[] removed = [.. changes.Updated, .. changes.Destroyed];
        if (removed.Length + found.Added.Length > (call.Number("maxChanges") ?? int.MaxValue))
        {
            throw new MethodException("tooManyChanges", "There are more changes than maxChanges; run the query anew.");
        }

        var answer = new JsonObject
        {
            ["accountId"] = call.Text("accountId"),
            ["oldQueryState"] = since,
            ["newQueryState"] = changes.NewState,
            ["removed"] = new JsonArray([.. removed.Select(id => (JsonNode)id)]),
            ["added"] = new JsonArray([.. found.Added.Select(place => new JsonObject { ["id"] = place.Id, ["index"] = place.Index })]),
        };
        if (call.Flag("calculateTotal"))
        {
            answer["total"] = found.Total;
        }

        return answer;
    }

    private sealed record Place(string Id, int Index);

    private sealed record Found(SubmissionChanges? Changes, Place[] Added, int Total);
}
