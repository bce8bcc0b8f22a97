using System.Text.Json.Nodes;

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
