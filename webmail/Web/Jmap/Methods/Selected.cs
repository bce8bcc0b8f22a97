using System.Text.Json.Nodes;

namespace Webmail.Web.Jmap.Methods;

/// <summary>The common shape of Foo/get answers (RFC 8620 §5.1).</summary>
internal static class Selected
{
    /// <summary>The answer with the wanted objects in the wanted order; null ids means all.</summary>
    public static JsonObject Answer(
        JmapCall call, string state, IEnumerable<JsonObject> all, IReadOnlyList<string>? ids, IReadOnlyList<string>? properties)
    {
        var byId = all.ToDictionary(item => JmapCall.AsText(item["id"])!, StringComparer.Ordinal);
        var list = new JsonArray();
        var notFound = new List<string>();
        foreach (var id in ids?.Distinct() ?? byId.Keys)
        {
            if (byId.TryGetValue(id, out var found))
            {
                list.Add(Only(found, properties));
            }
            else
            {
                notFound.Add(id);
            }
        }

        return Answer(call, state, list, notFound);
    }

    /// <summary>The same of a list that is made already.</summary>
    public static JsonObject Answer(JmapCall call, string state, JsonNode list, IEnumerable<string> notFound) => new()
    {
        ["accountId"] = call.Text("accountId"),
        ["state"] = state,
        ["list"] = list,
        ["notFound"] = new JsonArray([.. notFound.Select(id => (JsonNode)id)]),
    };

    public static IReadOnlyList<string>? Ids(JmapCall call)
    {
        var ids = call.Texts("ids")?.Select(call.Resolve).ToArray();
        return ids?.Length > JmapLimits.ObjectsInGetMax
            ? throw new MethodException("requestTooLarge", $"At most {JmapLimits.ObjectsInGetMax} ids in a get.")
            : ids;
    }

    private static JsonObject Only(JsonObject item, IReadOnlyList<string>? properties)
    {
        if (properties is null)
        {
            return item;
        }

        foreach (var key in item.Select(pair => pair.Key).Where(key => key != "id" && !properties.Contains(key)).ToArray())
        {
            item.Remove(key);
        }

        return item;
    }
}
