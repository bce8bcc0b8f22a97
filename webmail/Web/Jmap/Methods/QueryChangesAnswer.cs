using System.Text.Json.Nodes;

namespace Webmail.Web.Jmap.Methods;

/// <summary>
/// The common shape of Foo/queryChanges (RFC 8620 §5.6): each changed object is taken out of the old results, and put in again if
/// it is among the new ones.
/// </summary>
internal static class QueryChangesAnswer
{
    /// <exception cref="MethodException">invalidArguments.</exception>
    public static string Since(JmapCall call) =>
        call.Text("sinceQueryState") ?? throw new MethodException("invalidArguments", "sinceQueryState must be given.");

    /// <summary>Where those that were made or changed stand among all results.</summary>
    public static AddedItem[] Added(IEnumerable<string> all, IEnumerable<string> created, IEnumerable<string> updated)
    {
        var touched = created.Concat(updated).ToHashSet();
        return [.. all.Index().Where(item => touched.Contains(item.Item)).Select(item => new AddedItem(item.Item, item.Index))];
    }

    /// <exception cref="MethodException">tooManyChanges.</exception>
    public static JsonObject Of(JmapCall call, string since, string newState, IReadOnlyCollection<string> removed, IReadOnlyCollection<AddedItem> added, int total)
    {
        if (removed.Count + added.Count > (call.Number("maxChanges") ?? int.MaxValue))
        {
            throw new MethodException("tooManyChanges", $"There are {removed.Count + added.Count} changes, more than maxChanges; run the query anew.");
        }

        var answer = new JsonObject
        {
            ["accountId"] = call.Text("accountId"),
            ["oldQueryState"] = since,
            ["newQueryState"] = newState,
            ["removed"] = ChangesAnswer.Ids(removed),
            ["added"] = new JsonArray([.. added.Select(item => new JsonObject { ["id"] = item.Id, ["index"] = item.Index })]),
        };
        if (call.Flag("calculateTotal"))
        {
            answer["total"] = total;
        }

        return answer;
    }
}

/// <summary>A result that is new, or stands elsewhere.</summary>
internal sealed record AddedItem(string Id, int Index);
