using AngleSharp.Dom;
using Ganss.Xss;

namespace Webmail.Mail.Html;

/// <summary>
/// Makes hostile HTML showable: parsed once, cleaned by allow lists, serialised once, never edited afterwards. The frame
/// that shows it runs no script and loads nothing from elsewhere; this is the line before that one.
/// </summary>
public sealed class HtmlCleaner
{
    /// <summary>Parsing more takes too long; the text beyond is not shown.</summary>
    public const int CharactersMax = 2 * 1024 * 1024;

    private static readonly string[] ForbiddenTags =
        ["svg", "math", "style", "form", "input", "button", "select", "option", "optgroup", "textarea", "base", "meta", "link",
         "dialog", "area", "map", "datalist", "keygen", "output", "menuitem", "command"];

    // Names and positions can cover our frame's own area or collide with anything that looks elements up by name.
    private static readonly string[] ForbiddenAttributes =
        ["id", "name", "class", "srcset", "background", "action", "usemap", "ping", "poster", "longdesc", "dynsrc", "lowsrc", "contenteditable", "accesskey", "tabindex", "draggable"];

    private static readonly string[] ForbiddenProperties =
        ["position", "z-index", "top", "left", "right", "bottom", "content", "cursor", "filter", "behavior", "-moz-binding", "animation", "transition", "transform", "float-offset", "clip", "clip-path", "mask", "opacity"];

    /// <summary>Images by content id are taken from <paramref name="partUrl"/>, which knows this message's parts; null where there is none.</summary>
    public string Clean(string html, Func<string, string?> partUrl)
    {
        ArgumentNullException.ThrowIfNull(html);
        ArgumentNullException.ThrowIfNull(partUrl);
        var sanitizer = Create(partUrl);
        return sanitizer.Sanitize(html.Length > CharactersMax ? html[..CharactersMax] : html);
    }

    private static HtmlSanitizer Create(Func<string, string?> partUrl)
    {
        var sanitizer = new HtmlSanitizer { AllowDataAttributes = false };
        sanitizer.AllowedTags.ExceptWith(ForbiddenTags);
        sanitizer.AllowedAttributes.ExceptWith(ForbiddenAttributes);
        sanitizer.AllowedCssProperties.ExceptWith(
            [.. sanitizer.AllowedCssProperties.Where(property => ForbiddenProperties.Any(bad => property.StartsWith(bad, StringComparison.Ordinal)))]);
        sanitizer.AllowedAtRules.Clear();
        sanitizer.AllowedSchemes.Clear();
        sanitizer.AllowedSchemes.UnionWith(["http", "https", "mailto", "cid", "data"]);
        sanitizer.FilterUrl += (_, url) => url.SanitizedUrl = UrlPolicy.Allow(url.Tag, url.OriginalUrl, partUrl);
        sanitizer.PostProcessNode += (_, node) => Finish(node.Node);
        // var() and the like carry addresses past a check of url(): a declaration with any of them goes.
        sanitizer.DisallowCssPropertyValue = UrlPolicy.LoadingCss;
        return sanitizer;
    }

    private static void Finish(INode node)
    {
        if (node is not IElement element)
        {
            return;
        }

        if (element.LocalName == "a" && element.HasAttribute("href"))
        {
            element.SetAttribute("target", "_blank");
            element.SetAttribute("rel", "noopener noreferrer nofollow");
        }

        if (element.LocalName == "img" && !element.HasAttribute("src"))
        {
            element.SetAttribute("data-blocked", "");
        }
    }
}
