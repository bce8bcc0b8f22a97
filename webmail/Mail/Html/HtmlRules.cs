using System.Collections.Frozen;
using System.Text.RegularExpressions;

namespace Webmail.Mail.Html;

/// <summary>What cleaned HTML may consist of. Whatever is not named here does not survive.</summary>
internal static partial class HtmlRules
{
    public static FrozenSet<string> Elements { get; } = Words(
        """
        a abbr acronym address article aside b bdi bdo big blockquote br caption center cite code col colgroup dd del details dfn dir div dl dt em
        figcaption figure font footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd li main mark nav nobr ol p pre q rp rt ruby s samp section small span
        strike strong sub summary sup table tbody td tfoot th thead time tr tt u ul var wbr
        """);

    /// <summary>Gone with all that is in them: their content is no text for people, is another language, or is parsed by rules of its own.</summary>
    public static FrozenSet<string> Removed { get; } = Words(
        """
        applet area audio base button canvas datalist embed frame frameset head iframe input keygen link map marquee meta meter noembed noframes
        noscript object option optgroup output param picture plaintext portal progress script select source style template textarea title track
        video xmp
        """);

    /// <summary>
    /// Parsed as blocks of their own, and so replaced by one; everything else that is not allowed becomes a span. The tree keeps its
    /// shape, so that a browser that parses it again cannot find another one in it.
    /// </summary>
    public static FrozenSet<string> Blocks { get; } = Words("body dialog fieldset form hgroup html legend listing menu search");

    /// <summary>Beside the address of a link or an image, and a style. Neither id, name nor class: nothing in our page can be taken for something else.</summary>
    public static FrozenSet<string> Attributes { get; } = Words(
        """
        abbr align alt axis bgcolor border bordercolor cellpadding cellspacing char charoff clear color cols colspan compact datetime dir face height
        hspace lang noshade nowrap open reversed rowspan rules scope size span start summary title type valign value vspace width
        """);

    /// <summary>What we set ourselves, and the sender cannot.</summary>
    public static FrozenSet<string> OwnAttributes { get; } = Words("target rel data-blocked data-target");

    public static FrozenSet<string> CssProperties { get; } = Words(
        """
        background background-color border border-bottom border-bottom-color border-bottom-left-radius border-bottom-right-radius border-bottom-style
        border-bottom-width border-collapse border-color border-left border-left-color border-left-style border-left-width border-radius border-right
        border-right-color border-right-style border-right-width border-spacing border-style border-top border-top-color border-top-left-radius
        border-top-right-radius border-top-style border-top-width border-width box-sizing caption-side clear color direction display empty-cells float
        font font-family font-size font-stretch font-style font-variant font-weight height letter-spacing line-height list-style list-style-position
        list-style-type margin margin-bottom margin-left margin-right margin-top max-height max-width min-height min-width overflow-wrap padding
        padding-bottom padding-left padding-right padding-top page-break-after page-break-before page-break-inside table-layout text-align
        text-decoration text-decoration-color text-decoration-line text-decoration-style text-indent text-transform vertical-align white-space width
        word-break word-spacing word-wrap
        """);

    /// <summary>No function but those of colours, no escape, no comment, nothing that ends a declaration: what a value does is what it says.</summary>
    [GeneratedRegex(@"(?<!\b(rgba?|hsla?))\(|\\|/\*|[@<>{};:]|url|script", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    public static partial Regex ForbiddenCssValue { get; }

    private static FrozenSet<string> Words(string words) =>
        words.Split((char[])[' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries).ToFrozenSet(StringComparer.Ordinal);
}
