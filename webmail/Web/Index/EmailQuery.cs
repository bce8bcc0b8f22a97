using System.Text.Json.Nodes;
using Webmail.Web.Jmap;

namespace Webmail.Web.Index;

/// <summary>Which messages, in which order (RFC 8621 §4.4).</summary>
internal sealed record EmailQuery(EmailFilter? Filter, IReadOnlyList<EmailSort> Sort, bool CollapseThreads)
{
    private static readonly EmailSort Newest = new("receivedAt", false, null);

    public static EmailQuery Read(JmapCall call)
    {
        var sort = (call.Array("sort") ?? []).Select(EmailSort.Read).ToArray();
        return new EmailQuery(EmailFilter.Read(call.Object("filter")), sort.Length > 0 ? sort : [Newest], call.Flag("collapseThreads"));
    }

    /// <summary>Whether a result may come or go, or move, because another message changes.</summary>
    public bool DependsOnOthers => CollapseThreads || Filter?.DependsOnOthers == true || Sort.Any(one => one.DependsOnOthers);

    /// <summary>The one mailbox all results lie in; null if they may lie anywhere.</summary>
    public long? Mailbox => Filter?.Mailbox;

    /// <summary>A mailbox's list as nearly everybody looks at it.</summary>
    public bool IsPlain => Filter is EmailCondition { Name: "inMailbox" } && Sort is [{ Property: "receivedAt", Ascending: false }];
}

/// <summary>One comparator.</summary>
/// <param name="Keyword">Of the properties that are about one.</param>
internal sealed record EmailSort(string Property, bool Ascending, string? Keyword)
{
    /// <summary>In the session object.</summary>
    public static IReadOnlyList<string> Properties { get; } =
        ["receivedAt", "sentAt", "size", "from", "to", "subject", "hasKeyword", "allInThreadHaveKeyword", "someInThreadHaveKeyword"];

    public bool DependsOnOthers => Property.Contains("InThread", StringComparison.Ordinal);

    public static EmailSort Read(JsonNode? node)
    {
        var comparator = node as JsonObject ?? throw new MethodException("invalidArguments", "A comparator is an object.");
        var property = JmapCall.AsText(comparator["property"]);
        if (property is null || !Properties.Contains(property) || comparator["collation"] is not null)
        {
            throw new MethodException("unsupportedSort", $"Messages can be sorted by {string.Join(", ", Properties)}, without a collation.");
        }

        var keyword = property.EndsWith("Keyword", StringComparison.Ordinal)
            ? EmailFilter.Keyword(JmapCall.AsText(comparator["keyword"]), property)
            : null;
        var ascending = comparator["isAscending"] is not JsonValue value || !value.TryGetValue<bool>(out var given) || given;
        return new EmailSort(property, ascending, keyword);
    }
}
