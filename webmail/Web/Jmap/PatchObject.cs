using System.Text.Json.Nodes;

namespace Webmail.Web.Jmap;

/// <summary>Changes an object by paths to new values; null removes (RFC 8620 §5.3).</summary>
internal static class PatchObject
{
    private const int PathsMax = 1000;

    /// <exception cref="SetException">invalidPatch: a path leads nowhere or into a list, or lies within another one.</exception>
    public static void Apply(JsonObject target, JsonNode? patch)
    {
        var changes = patch as JsonObject ?? throw Invalid("A patch is an object.");
        if (changes.Count > PathsMax)
        {
            throw Invalid($"A patch has at most {PathsMax} paths.");
        }

        // All looked at before any is applied: what one adds, another must not step into.
        var places = changes.Select(change => (Place: Find(target, changes, change.Key), change.Value)).ToList();
        foreach (var ((parent, name), value) in places)
        {
            if (value is null)
            {
                parent.Remove(name);
            }
            else
            {
                parent[name] = value.DeepClone();
            }
        }
    }

    private static (JsonObject Parent, string Name) Find(JsonObject target, JsonObject changes, string path)
    {
        var parent = target;
        var steps = path.Split('/');
        for (var i = 0; i < steps.Length - 1; i++)
        {
            if (changes.ContainsKey(string.Join('/', steps[..(i + 1)])))
            {
                throw Invalid($"{path} lies within another path of the patch.");
            }

            parent = parent[Name(steps[i])] as JsonObject ?? throw Invalid($"{path} leads nowhere at {steps[i]}.");
        }

        return (parent, Name(steps[^1]));
    }

    // A JSON pointer (RFC 6901) without its first slash.
    private static string Name(string step) => step.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);

    private static SetException Invalid(string description) => new("invalidPatch", description);
}
