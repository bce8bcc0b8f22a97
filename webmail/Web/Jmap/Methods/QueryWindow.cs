using System.Text.Json.Nodes;

namespace Webmail.Web.Jmap.Methods;

/// <summary>Which part of a list of results a Foo/query wants (RFC 8620 §5.5).</summary>
internal sealed record QueryWindow(int Position, string? Anchor, int AnchorOffset, int? Limit)
{
    /// <summary>Ids in one answer.</summary>
    private const int LimitMax = 1000;

    /// <summary>Ids wanted.</summary>
    public int Count => Math.Min(Limit ?? LimitMax, LimitMax);

    public static QueryWindow Read(JmapCall call) =>
        call.Number("limit") < 0
            ? throw new MethodException("invalidArguments", "limit must not be negative.")
            : new QueryWindow(call.Number("position") ?? 0, call.Text("anchor"), call.Number("anchorOffset") ?? 0, call.Number("limit"));

    /// <summary>Null if the anchor is not among the ids.</summary>
    public QueryPage? Cut(IReadOnlyList<string> all)
    {
        if (Start(all) is not { } start)
        {
            return null;
        }

        var skip = (int)Math.Min(start, all.Count);
        return new QueryPage(skip, [.. all.Skip(skip).Take(Count)], all.Count);
    }

    /// <summary>Whether all this part shows is in a list that begins like this, whatever follows.</summary>
    public bool IsWithin(IReadOnlyList<string> begun) =>
        (Anchor is not null || Position >= 0) && Start(begun) is { } start && begun.Count >= start + Count;

    private long? Start(IReadOnlyList<string> all)
    {
        if (Anchor is null)
        {
            return Position < 0 ? Math.Max(0, (long)all.Count + Position) : Position;
        }

        var at = all.Index().Where(item => item.Item == Anchor).Select(item => item.Index).DefaultIfEmpty(-1).First();
        return at < 0 ? null : Math.Max(0, (long)at + AnchorOffset);
    }

    public JsonObject Answer(JmapCall call, string state, bool canCalculateChanges, QueryPage page)
    {
        var answer = new JsonObject
        {
            ["accountId"] = call.Text("accountId"),
            ["queryState"] = state,
            ["canCalculateChanges"] = canCalculateChanges,
            ["position"] = page.Position,
            ["ids"] = new JsonArray([.. page.Ids.Select(id => (JsonNode)id)]),
        };
        if (call.Flag("calculateTotal"))
        {
            answer["total"] = page.Total;
        }

        // Said only where it is ours (RFC 8620 §5.5).
        if (Limit is null or > LimitMax)
        {
            answer["limit"] = LimitMax;
        }

        return answer;
    }
}

/// <summary>A part of the results.</summary>
internal sealed record QueryPage(int Position, string[] Ids, int Total);
