using System.Text.Json.Nodes;
using Webmail.Mail.Sieve.Scripts;

namespace Webmail.Web.Jmap.Methods;

/// <summary>Scripts by name and by whether they are active (RFC 9661 §2.5).</summary>
internal sealed class SieveScriptQuery(ScriptReader reader) : IJmapMethod
{
    public string Name => "SieveScript/query";

    public async Task<JsonObject> InvokeAsync(JmapCall call, List<ImpliedResponse> implied)
    {
        var account = call.Account();
        var (filter, sort) = (call.Object("filter") ?? [], call.Array("sort") ?? []);
        var (position, limit) = (call.Number("position") ?? 0, call.Number("limit") ?? int.MaxValue);
        if (limit < 0)
        {
            throw new MethodException("invalidArguments", "limit must not be negative.");
        }

        var scripts = await reader.ListAsync(account, call.Cancelled);
        string[] found = [.. Sorted(scripts.Where(Condition(filter)), sort).Select(script => script.Id)];
        position = Math.Clamp(position < 0 ? position + found.Length : position, 0, found.Length);
        var answer = new JsonObject
        {
            ["accountId"] = account.Id,
            ["queryState"] = SieveScriptJson.State(scripts),
            ["canCalculateChanges"] = false,
            ["position"] = position,
            ["ids"] = new JsonArray([.. found.Skip(position).Take(limit).Select(id => (JsonNode)id)]),
        };
        if (call.Flag("calculateTotal"))
        {
            answer["total"] = found.Length;
        }

        return answer;
    }

    private static Func<Script, bool> Condition(JsonObject filter)
    {
        if (filter.ContainsKey("operator"))
        {
            return Operator(filter);
        }

        var conditions = filter.Select(pair => (pair.Key, pair.Value) switch
        {
            ("name", JsonValue value) when value.TryGetValue<string>(out var text) =>
                (Func<Script, bool>)(script => script.Name.Contains(text, StringComparison.OrdinalIgnoreCase)),
            ("isActive", JsonValue value) when value.TryGetValue<bool>(out var active) => script => script.IsActive == active,
            _ => throw new MethodException("unsupportedFilter", $"Scripts cannot be filtered by {pair.Key} = {pair.Value?.ToJsonString() ?? "null"}."),
        }).ToArray();
        return script => conditions.All(condition => condition(script));
    }

    private static Func<Script, bool> Operator(JsonObject filter)
    {
        var conditions = (filter["conditions"] as JsonArray)?
            .Select(item => Condition(item as JsonObject ?? throw new MethodException("unsupportedFilter", "A condition is an object."))).ToArray() ?? [];
        return JmapCall.AsText(filter["operator"]) switch
        {
            "AND" => script => conditions.All(condition => condition(script)),
            "OR" => script => conditions.Any(condition => condition(script)),
            "NOT" => script => !conditions.Any(condition => condition(script)),
            var other => throw new MethodException("unsupportedFilter", $"There is no operator {other}."),
        };
    }

    private static IEnumerable<Script> Sorted(IEnumerable<Script> scripts, JsonArray sort)
    {
        var sorted = scripts.Order(Comparer<Script>.Create((_, _) => 0));
        foreach (var comparator in sort)
        {
            var descending = comparator?["isAscending"] is JsonValue value && value.TryGetValue<bool>(out var ascending) && !ascending;
            Func<Script, string> key = JmapCall.AsText(comparator?["property"]) switch
            {
                "name" => script => script.Name,
                "isActive" => script => script.IsActive ? "1" : "0",
                _ => throw new MethodException("unsupportedSort", "Scripts can be sorted by name and isActive."),
            };
            sorted = descending ? sorted.ThenByDescending(key, StringComparer.Ordinal) : sorted.ThenBy(key, StringComparer.Ordinal);
        }

        return sorted;
    }
}
