using System.Globalization;
using System.Text.Json.Nodes;

namespace Webmail.Web.Jmap;

/// <summary>Replaces "#key" arguments by results of earlier calls (RFC 8620 §3.7).</summary>
internal static class ResultReferences
{
    private const int DepthMax = 32;
    private const int ItemsMax = 10_000;

    /// <summary>The arguments with every reference resolved; a new object.</summary>
    public static JsonObject Resolve(JsonObject arguments, IReadOnlyList<JsonArray> responses)
    {
        var resolved = new JsonObject();
        foreach (var (key, value) in arguments)
        {
            if (key is not ['#', .. var name])
            {
                resolved[key] = value?.DeepClone();
                continue;
            }

            if (arguments.ContainsKey(name))
            {
                throw new MethodException("invalidArguments", $"Both {name} and #{name} are given.");
            }

            resolved[name] = Find(value, responses);
        }

        return resolved;
    }

    private static JsonNode? Find(JsonNode? reference, IReadOnlyList<JsonArray> responses)
    {
        if (reference is not JsonObject fields
            || JmapCall.AsText(fields["resultOf"]) is not { } resultOf
            || JmapCall.AsText(fields["name"]) is not { } name
            || JmapCall.AsText(fields["path"]) is not { } path)
        {
            throw Invalid("a reference needs resultOf, name and path");
        }

        var response = responses.FirstOrDefault(response => JmapCall.AsText(response[2]) == resultOf);
        if (response is null || JmapCall.AsText(response[0]) != name)
        {
            throw Invalid($"there is no earlier response {name} of call {resultOf}");
        }

        if (path.Length > 0 && path[0] != '/')
        {
            throw Invalid($"the path {path} does not begin with a slash");
        }

        var steps = path.Length == 0 ? [] : path[1..].Split('/');
        return steps.Length > DepthMax ? throw Invalid("the path is too long") : Walk(response[1], steps)?.DeepClone();
    }

    // A JSON pointer (RFC 6901) whose "*" maps over a list and flattens lists of lists.
    private static JsonNode? Walk(JsonNode? node, ReadOnlySpan<string> steps)
    {
        if (steps.IsEmpty)
        {
            return node;
        }

        var step = steps[0].Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
        return node switch
        {
            JsonArray list when step == "*" => WalkAll(list, steps[1..]),
            JsonArray list when int.TryParse(step, NumberStyles.None, CultureInfo.InvariantCulture, out var index)
                && index < list.Count => Walk(list[index], steps[1..]),
            JsonValue value when value.TryGetValue<RawJson>(out var raw) => Walk(raw.Parse(), steps),
            JsonObject fields when fields.TryGetPropertyValue(step, out var value) => Walk(value, steps[1..]),
            _ => throw Invalid($"the path leads nowhere at {step}"),
        };
    }

    private static JsonArray WalkAll(JsonArray list, ReadOnlySpan<string> steps)
    {
        var found = new JsonArray();
        foreach (var item in list)
        {
            if (Walk(item, steps) is not { } value)
            {
                continue;
            }

            foreach (var single in value is JsonArray many ? many.ToArray() : [value])
            {
                found.Add(single?.DeepClone());
            }

            if (found.Count > ItemsMax)
            {
                throw Invalid($"it finds more than {ItemsMax} items");
            }
        }

        return found;
    }

    private static MethodException Invalid(string reason) => new("invalidResultReference", $"The reference cannot be resolved: {reason}.");
}
