using System.Text;
using Webmail.Mail.Html;

namespace Tests.Unit.Webmail.Reading;

public sealed class HtmlCleanerTests
{
    private static readonly HtmlCleaner Cleaner = new();

    [Theory]
    [InlineData("<a href='https://example.test/' target=_top>x</a>", "<a href=\"https://example.test/\" title=\"https://example.test/\" target=\"_blank\" rel=\"noopener noreferrer nofollow\">x</a>")]
    [InlineData("<form><o:p>a<b>b</b></o:p></form>", "<section><span>a<b>b</b></span></section>")]
    [InlineData("<p style='background:red;color:RGB(1,2,3);position:fixed'>x</p>", "<p style=\"background: red; color: RGB(1,2,3)\">x</p>")]
    [InlineData("<img src='https://a.test/x.png' alt=x>", "<img alt=\"x\" data-blocked=\"\">")]
    [InlineData("<script>x</script><style>y</style><!-- z -->text", "text")]
    public void Clean_Html_IsWhatPeopleSee(string html, string expected) => Assert.Equal(expected, Clean(html).Html);

    [Fact]
    public void Clean_ImageByContentId_PointsToItsPart() =>
        Assert.Equal("<img src=\"/part/logo\">", Cleaner.Clean("<img src='cid:logo'>", cid => $"/part/{cid}")!.Html);

    [Theory]
    [InlineData("https://a.test/x.png", "<img src=\"https://a.test/x.png\">")]
    [InlineData("http://a.test/x.png", "<img data-blocked=\"\">")]
    [InlineData("//a.test/x.png", "<img data-blocked=\"\">")]
    [InlineData("/session", "<img data-blocked=\"\">")]
    public void Clean_RemoteImagesAllowed_LoadsByHttpsOnly(string url, string expected) =>
        Assert.Equal(expected, Cleaner.Clean($"<img src='{url}'>", _ => null, loadsRemote: true)!.Html);

    [Fact]
    public void Clean_RemoteImages_AreCounted() =>
        Assert.Equal(3, Clean("<img src=http://a.test><img src='//b.test/x'><img src=' HTTPS://c.test'><img src=cid:d><img src=x>").RemoteImages);

    [Theory]
    [InlineData("https://bank.test/login", "https://evil.test/", "evil.test")]
    [InlineData("www.bank.test", "https://bank.test.evil.test/", "bank.test.evil.test")]
    [InlineData("<b>bank.test</b>", "https://xn--bnk-ula.test/", "xn--bnk-ula.test")]
    [InlineData("info@bank.test", "https://evil.test/", "evil.test")]
    [InlineData("bank.test", "https://www.bank.test/", null)]
    [InlineData("shop.test", "https://click.shop.test/?x", null)]
    [InlineData("Read more", "https://evil.test/", null)]
    [InlineData("Version 2.0", "https://evil.test/", null)]
    public void Clean_LinkThatSaysAnotherHost_IsMarked(string text, string href, string? host) =>
        Assert.Equal(host, Clean($"<a href='{href}'>{text}</a>").Mismatches.SingleOrDefault()?.Host);

    /// <summary>Or it would be above what the reader's page says itself.</summary>
    [Fact]
    public void CssProperties_Allowed_GiveNoPosition() => Assert.Empty(HtmlRules.CssProperties.Intersect(
        ["position", "z-index", "opacity", "transform", "translate", "rotate", "scale", "filter", "backdrop-filter", "isolation", "mix-blend-mode", "will-change", "contain",
            "perspective", "clip-path", "mask", "all"]));

    public static TheoryData<string, string> TooMuch => new()
    {
        { "long", new string('x', HtmlCleaner.CharactersMax + 1) },
        { "many elements", Many("<br>", 400_000) },
        { "deep", Many("<div>", 100_000) },
        { "deep tables", Many("<table><tr><td>", 50_000) },
        { "formatting made anew in each block", Many(i => $"<b title={i}>", 5_000) + Many("<p>x", 100_000) },
        { "formatting in cells", "<table>" + Many(i => $"<font face={i}>", 3_000) + Many("<tr><td>x", 90_000) },
    };

    [Theory]
    [MemberData(nameof(TooMuch))]
    public void Clean_MoreThanIsLookedAt_IsRefused(string what, string html) => Assert.True(Cleaner.Clean(html, _ => null) is null, what);

    public static TheoryData<string, string> Much => new()
    {
        { "ends of nothing", Many("<i>", 190) + Many("</x>", 200_000) },
        { "attributes", "<p " + Many(i => $"a{i}=1 ", 200_000) + ">" },
        { "brackets", "<p style='width:" + Many("calc(", 200_000) + "'>" },
        { "style", "<p style='" + Many("color:red;", 100_000) + "'>" },
        { "to be removed", Many("<embed>", 55_000) },
        { "comments", Many("<!-- -->", 55_000) },
        { "foreign", Many("<svg><math>", 100_000) },
        { "entities", Many("&amp", 300_000) },
        { "unclosed", Many("<a href='https://a.test'><p>", 3_000) },
    };

    [Theory]
    [MemberData(nameof(Much))]
    public void Clean_MuchOfSomething_IsCleanedOrRefused(string what, string html)
    {
        var clean = Cleaner.Clean(html, _ => null);

        Assert.True(clean is null || clean.Html.Length < 10 * html.Length, what);
    }

    [Fact]
    public void HtmlText_OfWhatIsNotShown_IsItsText() =>
        Assert.Equal("Hello you\nthere <b>", HtmlText.Of("<head><title>t</title><style>p{}</style></head><body><p>Hello  you</p><script>x</script>there &lt;b&gt;").Replace(" \n", "\n", StringComparison.Ordinal));

    private static CleanHtml Clean(string html) => Cleaner.Clean(html, _ => null)!;

    private static string Many(string text, int count) => new StringBuilder().Insert(0, text, count).ToString();

    private static string Many(Func<int, string> text, int count) => string.Concat(Enumerable.Range(0, count).Select(text));
}
