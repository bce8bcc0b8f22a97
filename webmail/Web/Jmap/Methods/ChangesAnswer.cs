using System.Text.Json.Nodes;
using Webmail.Web.Database;

namespace Webmail.Web.Jmap.Methods;

/// <summary>The common shape of Foo/changes (RFC 8620 §5.2).</summary>
internal static class ChangesAnswer
{
    /// <summary>Since when, and how many ids at most; null for no limit.</summary>
    /// <exception cref="MethodException">invalidArguments.</exception>
    public static (string Since, int? IdsMax) Read(JmapCall call)
    {
        var since = call.Text("sinceState") ?? throw new MethodException("invalidArguments", "sinceState must be given.");
        var idsMax = call.Number("maxChanges");
        return idsMax <= 0 ? throw new MethodException("invalidArguments", "maxChanges must be greater than 0.") : (since, idsMax);
    }

    /// <summary>The whole method, where states are what <paramref name="find"/> knows.</summary>
    /// <param name="call">The call.</param>
    /// <param name="find">What has changed since a state, at most so many ids.</param>
    /// <param name="unknown">What to say of a state that nobody knows (any longer).</param>
    public static async Task<JsonObject> AnswerAsync(JmapCall call, Func<string, int?, ValueTask<FoundChangedIds>> find, Func<string, MethodException> unknown)
    {
        var (since, idsMax) = Read(call);
        var changed = (await find(since, idsMax)).Changes ?? throw unknown(since);
        return Of(call, since, changed.NewState, changed.HasMore, changed.Created, changed.Updated, changed.Destroyed);
    }

    /// <summary>cannotCalculateChanges, where changes are known for so long.</summary>
    public static MethodException Unknown(string since, TimeSpan knownFor) =>
        new("cannotCalculateChanges", $"What changed since {since} is not known; it is for {knownFor.TotalDays:0} days. Read anew.");

    public static JsonObject Of(
        JmapCall call, string since, string newState, bool hasMore, IEnumerable<string> created, IEnumerable<string> updated, IEnumerable<string> destroyed) => new()
    {
        ["accountId"] = call.Text("accountId"),
        ["oldState"] = since,
        ["newState"] = newState,
        ["hasMoreChanges"] = hasMore,
        ["created"] = Ids(created),
        ["updated"] = Ids(updated),
        ["destroyed"] = Ids(destroyed),
    };

    public static JsonArray Ids(IEnumerable<string> ids) => new([.. ids.Select(id => (JsonNode)id)]);
}
