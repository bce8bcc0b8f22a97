using System.Text.Json.Nodes;
using Webmail.Web.Contacts;
using Webmail.Web.Identities;
using Webmail.Web.Outbox;

namespace Webmail.Web.Jmap.Methods.Submissions;

/// <summary>A filter and an order of submissions (RFC 8621 §7.3).</summary>
internal sealed class SubmissionQuery
{
    private const int DepthMax = 8;
    private const int ConditionsMax = 100;

    private readonly Func<Submission, bool> _filter;
    private readonly List<(Func<Submission, string> Key, bool IsDescending)> _order;
    private int _nodes;

    private SubmissionQuery(JmapCall call)
    {
        _filter = call.Object("filter") is { } filter ? Node(filter, 0) : _ => true;
        _order = [.. (call.Array("sort") ?? []).Take(ConditionsMax).Select(Order)];
    }

    /// <exception cref="MethodException">unsupportedFilter, unsupportedSort or invalidArguments.</exception>
    public static SubmissionQuery Read(JmapCall call) => new(call);

    /// <summary>The ids of all that match, in order; what the order leaves open is by number.</summary>
    public string[] Run(IEnumerable<Submission> all)
    {
        var sorted = all.Where(_filter).OrderBy(_ => 0);
        foreach (var (key, isDescending) in _order)
        {
            sorted = isDescending ? sorted.ThenByDescending(key, StringComparer.Ordinal) : sorted.ThenBy(key, StringComparer.Ordinal);
        }

        return [.. sorted.ThenBy(submission => submission.Number).Select(submission => OutboxIds.Of(submission.Number))];
    }

    private Func<Submission, bool> Node(JsonNode? node, int depth)
    {
        if (node is not JsonObject fields || depth > DepthMax || ++_nodes > ConditionsMax)
        {
            throw new MethodException("invalidArguments", $"A filter is an object, at most {DepthMax} deep and of at most {ConditionsMax} objects.");
        }

        if (!fields.ContainsKey("operator"))
        {
            Func<Submission, bool>[] all = [.. fields.Select(field => Condition(field.Key, field.Value))];
            return submission => all.All(condition => condition(submission));
        }

        Func<Submission, bool>[] conditions =
        [
            .. (fields["conditions"] as JsonArray ?? throw new MethodException("invalidArguments", "A filter operator needs conditions.")).Select(one => Node(one, depth + 1)),
        ];
        return JmapCall.AsText(fields["operator"]) switch
        {
            "AND" => submission => conditions.All(condition => condition(submission)),
            "OR" => submission => conditions.Any(condition => condition(submission)),
            "NOT" => submission => !conditions.Any(condition => condition(submission)),
            var other => throw new MethodException("invalidArguments", $"There is no filter operator {other}."),
        };
    }

    private static Func<Submission, bool> Condition(string name, JsonNode? value)
    {
        switch (name)
        {
            case "identityIds":
                return In(name, value, submission => IdentityIds.Of(submission.Identity));
            case "emailIds":
                return In(name, value, submission => submission.Email);
            case "threadIds":
                return In(name, value, submission => submission.Thread);
            case "undoStatus":
                var status = JmapCall.AsText(value) ?? throw Wrong(name);
                return submission => EmailSubmissionJson.UndoStatus(submission) == status;
            case "before":
                var before = Time(name, value);
                return submission => submission.SendAt < before;
            case "after":
                var after = Time(name, value);
                return submission => submission.SendAt >= after;
            default:
                throw new MethodException("unsupportedFilter", $"Submissions cannot be filtered by {name}.");
        }
    }

    private static Func<Submission, bool> In(string name, JsonNode? value, Func<Submission, string> property)
    {
        var wanted = (value as JsonArray ?? throw Wrong(name)).Select(item => JmapCall.AsText(item) ?? throw Wrong(name)).ToHashSet(StringComparer.Ordinal);
        return submission => wanted.Contains(property(submission));
    }

    private static DateTime Time(string name, JsonNode? value) => UtcText.TryParse(JmapCall.AsText(value) ?? "", out var time) ? time : throw Wrong(name);

    private static (Func<Submission, string> Key, bool IsDescending) Order(JsonNode? comparator)
    {
        Func<Submission, string> key = JmapCall.AsText((comparator as JsonObject)?["property"]) switch
        {
            "emailId" => submission => submission.Email,
            "threadId" => submission => submission.Thread,
            // The RFC's text says sentAt, and means sendAt.
            "sentAt" or "sendAt" => submission => UtcText.Of(submission.SendAt),
            _ => throw new MethodException("unsupportedSort", "Submissions can be sorted by emailId, threadId and sentAt."),
        };
        return (key, comparator!["isAscending"] is JsonValue value && value.TryGetValue<bool>(out var ascending) && !ascending);
    }

    private static MethodException Wrong(string name) => new("invalidArguments", $"Filter {name} has a value of the wrong kind.");
}
