using AngleSharp;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;

namespace Webmail.Mail.Html;

/// <summary>
/// Makes hostile HTML showable: parsed once, cleaned by allow lists, serialised once, never edited afterwards. The frame
/// that shows it runs no script and loads nothing from elsewhere; this is the line before that one.
/// </summary>
public sealed class HtmlCleaner
{
    /// <summary>Longer documents are not parsed at all.</summary>
    public const int CharactersMax = 2 * 1024 * 1024;

    // As our own page: without it, a paragraph could hold a table here and could not there.
    private const string Before = "<!doctype html><body>";

    /// <param name="html">Anything.</param>
    /// <param name="partUrl">Where an image by content id is, of those this message has; null where there is none.</param>
    /// <param name="loadsRemote">Whether images may be loaded from elsewhere, by https only.</param>
    /// <returns>Null if the document is larger or more entangled than is looked at: show its text.</returns>
    public CleanHtml? Clean(string html, Func<string, string?> partUrl, bool loadsRemote = false)
    {
        ArgumentNullException.ThrowIfNull(html);
        ArgumentNullException.ThrowIfNull(partUrl);
        if (html.Length > CharactersMax)
        {
            return null;
        }

        try
        {
            using var document = new HtmlParser(new ParseBudget().Options).ParseDocument(Before + html);
            var body = document.Body!;
            foreach (var comment in body.Descendants<IComment>().ToList())
            {
                comment.Remove();
            }

            var remote = 0;
            foreach (var element in Reshaped(document, body))
            {
                remote += element.LocalName == "img" && UrlPolicy.IsRemote(element.GetAttribute("src")) ? 1 : 0;
                CleanAttributes(element, partUrl, loadsRemote);
                Finish(element);
            }

            var mismatches = body.QuerySelectorAll("a[data-target]").Select(link => new LinkMismatch(link.TextContent, link.GetAttribute("data-target")!));
            return new CleanHtml(body.ChildNodes.ToHtml(), remote, [.. mismatches.Take(CleanHtml.MismatchesMax)]);
        }
        catch (HtmlTooLargeException)
        {
            return null;
        }
    }

    /// <summary>All elements, after those that may not stay were removed or replaced.</summary>
    private static List<IElement> Reshaped(IHtmlDocument document, IElement body)
    {
        var kept = new List<IElement>();
        foreach (var element in body.QuerySelectorAll("*").ToList())
        {
            var isAllowed = HtmlRules.Elements.Contains(element.LocalName) && !IsLinkInLink(element);
            // Between the rows of a table stands, besides rows, only a form, which is empty there.
            if (element.NamespaceUri != NamespaceNames.HtmlUri || HtmlRules.Removed.Contains(element.LocalName)
                || (!isAllowed && element.ParentElement is { LocalName: "table" or "tbody" or "thead" or "tfoot" or "tr" }))
            {
                element.Remove();
            }
            else if (!isAllowed)
            {
                Replace(element, document.CreateElement(HtmlRules.Blocks.Contains(element.LocalName) ? "section" : "span"));
            }
            else
            {
                kept.Add(element);
            }
        }

        return kept;
    }

    // A link ends at the next one: serialised, they would be parsed as another tree.
    private static bool IsLinkInLink(IElement element) => element.LocalName == "a" && element.ParentElement?.Closest("a") is not null;

    private static void Replace(IElement element, IElement by)
    {
        while (element.FirstChild is { } child)
        {
            by.AppendChild(child);
        }

        element.Replace(by);
    }

    private static void CleanAttributes(IElement element, Func<string, string?> partUrl, bool loadsRemote)
    {
        foreach (var attribute in element.Attributes.ToList())
        {
            var value = attribute switch
            {
                { NamespaceUri: not null } => null,
                { Name: "href" } when element.LocalName == "a" => UrlPolicy.Link(attribute.Value),
                { Name: "src" } when element.LocalName == "img" => UrlPolicy.Image(attribute.Value, partUrl, loadsRemote),
                { Name: "style" } => StyleText.Clean(attribute.Value),
                _ => HtmlRules.Attributes.Contains(attribute.Name) ? attribute.Value : null,
            };
            if (value is null)
            {
                element.RemoveAttribute(attribute.NamespaceUri, attribute.LocalName);
            }
            else if (value != attribute.Value)
            {
                element.SetAttribute(attribute.Name, value);
            }
        }
    }

    private static void Finish(IElement element)
    {
        if (element.LocalName == "a" && element.GetAttribute("href") is { } href)
        {
            element.SetAttribute("title", href);
            element.SetAttribute("target", "_blank");
            element.SetAttribute("rel", "noopener noreferrer nofollow");
            if (LinkTarget.Mismatch(element, href) is { } host)
            {
                element.SetAttribute("data-target", host);
            }
        }

        if (element.LocalName == "img" && !element.HasAttribute("src"))
        {
            element.SetAttribute("data-blocked", "");
        }
    }
}
