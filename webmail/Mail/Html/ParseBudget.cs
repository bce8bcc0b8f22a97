using AngleSharp.Dom;
using AngleSharp.Html.Parser;
using AngleSharp.Html.Parser.Tokens;
using AngleSharp.Html.Parser.Tokens.Struct;

namespace Webmail.Mail.Html;

/// <summary>
/// Ends the parsing of a document that costs too much. It counts work, not time: a replay elsewhere must decide the same. Each
/// formatting element that is not closed is made anew in each block that follows, so that few bytes can become many nodes:
/// how many it may be is estimated from the tags, and counted before the estimate can have doubled them.
/// </summary>
internal sealed class ParseBudget
{
    public const int DepthMax = 200;
    public const int TokensMax = 150_000;
    public const int NodesMax = 60_000;
    public const int AttributesMax = 50;
    private const int GrowthMin = 20_000;

    private readonly Dictionary<string, int> _open = new(StringComparer.Ordinal)
    {
        ["a"] = 0, ["b"] = 0, ["big"] = 0, ["code"] = 0, ["em"] = 0, ["font"] = 0, ["i"] = 0,
        ["nobr"] = 0, ["s"] = 0, ["small"] = 0, ["strike"] = 0, ["strong"] = 0, ["tt"] = 0, ["u"] = 0,
    };

    private IDocument? _document;
    private IElement? _last;
    private int _tokens;
    private int _unclosed;
    private long _growth;
    private int _nodes;

    public HtmlParserOptions Options => new()
    {
        MaximumDepth = DepthMax,
        DisableElementPositionTracking = true,
        SkipProcessingInstructions = true,
        OnToken = (token, _) => Spend(token),
        OnCreated = (element, _) => Descend(element),
        // Looking for a name among its predecessors costs a square of them.
        ShouldEmitAttribute = (ref StructHtmlToken token, ReadOnlyMemory<char> _) => token.Attributes.Count < AttributesMax,
    };

    private void Spend(HtmlToken token)
    {
        if (++_tokens > TokensMax)
        {
            throw new HtmlTooLargeException();
        }

        Follow(token);
        _growth += 1 + _unclosed;
        if (_growth <= Math.Max(GrowthMin, _nodes))
        {
            return;
        }

        _growth = 0;
        _nodes = Count(_document);
        if (_nodes > NodesMax)
        {
            throw new HtmlTooLargeException();
        }
    }

    /// <summary>The one before has its place by now. Beyond the depth, looking for an open element costs the parser more with each one.</summary>
    private void Descend(IElement element)
    {
        _document ??= element.Owner;
        var depth = 0;
        for (INode? node = _last; node is not null; node = node.Parent)
        {
            if (++depth >= DepthMax)
            {
                throw new HtmlTooLargeException();
            }
        }

        _last = element;
    }

    private void Follow(HtmlToken token)
    {
        if (token is not HtmlTagToken || !_open.TryGetValue(token.Name, out var open))
        {
            return;
        }

        var change = token.Type == HtmlTokenType.StartTag ? 1 : open > 0 ? -1 : 0;
        _open[token.Name] = open + change;
        _unclosed += change;
    }

    // Not from sibling to sibling: each of these steps looks through all of them.
    private static int Count(INode? root)
    {
        var count = 0;
        var waiting = new Stack<INode>(root is null ? [] : [root]);
        while (count <= NodesMax && waiting.TryPop(out var node))
        {
            count++;
            foreach (var child in node.ChildNodes)
            {
                waiting.Push(child);
            }
        }

        return count;
    }
}

/// <summary>A document has more of something than is looked at.</summary>
internal sealed class HtmlTooLargeException : Exception;
