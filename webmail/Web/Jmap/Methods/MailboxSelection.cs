using System.Text.Json.Nodes;
using Webmail.Web.Index;

namespace Webmail.Web.Jmap.Methods;

/// <summary>Which mailboxes, in which order (RFC 8621 §2.3).</summary>
internal sealed class MailboxSelection
{
    private const int DepthMax = 10;
    private const int ConditionsMax = 100;

    private readonly Func<MailboxRow[], MailboxRow, bool> _filter;
    private readonly IComparer<MailboxRow> _order;
    private readonly bool _sortsAsTree;
    private readonly bool _filtersAsTree;
    private int _nodes;

    private MailboxSelection(JmapCall call)
    {
        _filter = call.Object("filter") is { } filter ? Node(filter, 0) : (_, _) => true;
        _order = Order(call.Array("sort") ?? []);
        (_sortsAsTree, _filtersAsTree) = (call.Flag("sortAsTree"), call.Flag("filterAsTree"));
    }

    /// <summary>As long as a mailbox's place depends on itself alone.</summary>
    public bool CanCalculateChanges => !_sortsAsTree && !_filtersAsTree;

    /// <exception cref="MethodException">unsupportedFilter, unsupportedSort or invalidArguments.</exception>
    public static MailboxSelection Read(JmapCall call) => new(call);

    public IReadOnlyList<MailboxRow> Of(MailboxRow[] all)
    {
        var byName = all.ToDictionary(row => row.Name, StringComparer.Ordinal);
        var sorted = (_sortsAsTree ? Tree(all, byName, null) : all.Order(_order)).ToList();
        return [.. sorted.Where(row => _filtersAsTree ? WithAncestors(row, byName).All(one => _filter(all, one)) : _filter(all, row))];
    }

    /// <summary>Each before those in it, siblings in order.</summary>
    private IEnumerable<MailboxRow> Tree(MailboxRow[] all, Dictionary<string, MailboxRow> byName, MailboxRow? parent) =>
        all.Where(row => (row.Parent is { } name ? byName.GetValueOrDefault(name) : null) == parent).Order(_order)
            .SelectMany(row => Tree(all, byName, row).Prepend(row));

    private static IEnumerable<MailboxRow> WithAncestors(MailboxRow row, Dictionary<string, MailboxRow> byName)
    {
        for (MailboxRow? one = row; one is not null; one = one.Parent is { } parent ? byName.GetValueOrDefault(parent) : null)
        {
            yield return one;
        }
    }

    private Func<MailboxRow[], MailboxRow, bool> Node(JsonNode? node, int depth)
    {
        if (node is not JsonObject fields || depth > DepthMax || ++_nodes > ConditionsMax)
        {
            throw new MethodException("unsupportedFilter", $"A filter is an object, at most {DepthMax} deep and of at most {ConditionsMax} objects.");
        }

        if (!fields.ContainsKey("operator"))
        {
            Func<MailboxRow[], MailboxRow, bool>[] every = [.. fields.Select(pair => Condition(pair.Key, pair.Value))];
            return (all, row) => every.All(one => one(all, row));
        }

        Func<MailboxRow[], MailboxRow, bool>[] some = [.. (fields["conditions"] as JsonArray ?? []).Select(one => Node(one, depth + 1))];
        return JmapCall.AsText(fields["operator"]) switch
        {
            "AND" => (all, row) => some.All(one => one(all, row)),
            "OR" => (all, row) => some.Any(one => one(all, row)),
            "NOT" => (all, row) => !some.Any(one => one(all, row)),
            var other => throw new MethodException("unsupportedFilter", $"There is no operator {other}."),
        };
    }

    private static Func<MailboxRow[], MailboxRow, bool> Condition(string name, JsonNode? value)
    {
        var text = JmapCall.AsText(value);
        return name switch
        {
            "role" => (_, row) => row.Role == text,
            "parentId" => (all, row) => MailboxJson.ParentId(all, row) == text,
            "name" when text is not null => (_, row) => MailboxJson.Name(row).Contains(text, StringComparison.OrdinalIgnoreCase),
            "hasAnyRole" when Flag(value) is { } has => (_, row) => has == row.Role is not null,
            "isSubscribed" when Flag(value) is { } subscribed => (_, row) => subscribed == row.Subscribed,
            _ => throw new MethodException("unsupportedFilter", $"Mailboxes cannot be filtered by {name}, or not by this value."),
        };
    }

    private static IComparer<MailboxRow> Order(JsonArray sort)
    {
        var keys = sort.Take(ConditionsMax).Select(node => (Property: JmapCall.AsText(node?["property"]), Sign: Flag(node?["isAscending"]) is false ? -1 : 1)).ToList();
        if (keys.Exists(key => key.Property is not ("sortOrder" or "name")))
        {
            throw new MethodException("unsupportedSort", "Mailboxes can be sorted by sortOrder and name.");
        }

        if (keys.Count == 0)
        {
            keys = [("sortOrder", 1)];
        }

        return Comparer<MailboxRow>.Create((left, right) => keys
            .Select(key => key.Sign * (key.Property == "name" ? ByName(left, right) : MailboxJson.SortOrder(left).CompareTo(MailboxJson.SortOrder(right))))
            .Append(ByName(left, right)).Append(left.Id.CompareTo(right.Id))
            .FirstOrDefault(result => result != 0));
    }

    private static int ByName(MailboxRow left, MailboxRow right) => string.Compare(left.Name, right.Name, StringComparison.OrdinalIgnoreCase);

    private static bool? Flag(JsonNode? node) => node is JsonValue value && value.TryGetValue<bool>(out var flag) ? flag : null;
}
