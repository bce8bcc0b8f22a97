using Webmail.Mail.Html;

namespace Tests.Unit.Webmail.Reading;

public sealed class PlainTextTests
{
    [Theory]
    [InlineData("<script>alert(1)</script>")]
    [InlineData("https://a.test/\"onmouseover=alert(1)")]
    [InlineData("[1] <http://a.test/'><img src=x onerror=alert(1)>")]
    public void ToHtml_HostileText_IsEncoded(string text)
    {
        var html = PlainText.ToHtml(text);

        Assert.DoesNotContain("<script", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<img", html, StringComparison.Ordinal);
        Assert.DoesNotContain("\"onmouseover", html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a\nb", "a\nb")]
    [InlineData("a\n> b\n> > c\nd", "a<blockquote>b<blockquote>c</blockquote></blockquote>d")]
    [InlineData(">>b\n>>c", "<blockquote><blockquote>b\nc</blockquote></blockquote>")]
    [InlineData(" > no mark of a quote?", "<blockquote>no mark of a quote?</blockquote>")]
    [InlineData("  > code", "  &gt; code")]
    [InlineData("see https://a.test/x).", "see <a target=\"_blank\" rel=\"noopener noreferrer nofollow\" href=\"https://a.test/x\">https://a.test/x</a>).")]
    public void ToHtml_Text_KeepsLinesAndQuotes(string text, string expected) => Assert.Equal(expected, Inner(PlainText.ToHtml(text)));

    [Theory]
    [InlineData("https://bank.test@evil.test/")]
    [InlineData("https://bank.test:443@evil.test/")]
    [InlineData("javascript:evil()")]
    public void ToHtml_AddressThatMisleads_IsNoLink(string text) => Assert.DoesNotContain("<a ", PlainText.ToHtml(text), StringComparison.Ordinal);

    [Theory]
    [InlineData("one \ntwo\nthree", "one two\nthree")]
    [InlineData("> one \n> two\nthree", "<blockquote>one two</blockquote>three")]
    [InlineData("> one \n>> two", "<blockquote>one <blockquote>two</blockquote></blockquote>")]
    [InlineData(" >not quoted\n From me", "&gt;not quoted\nFrom me")]
    [InlineData("text \n-- \nAlice", "text \n-- \nAlice")]
    [InlineData("the end ", "the end ")]
    public void ToHtml_Flowed_JoinsLinesOfOneDepth(string text, string expected) => Assert.Equal(expected, Inner(PlainText.ToHtml(text, flowed: true)));

    [Fact]
    public void ToHtml_FlowedWithDelSp_DropsTheBlank() => Assert.Equal("漢字", Inner(PlainText.ToHtml("漢 \n字", flowed: true, deletesSpace: true)));

    [Fact]
    public void ToHtml_HundredThousandMarks_NestAFew() =>
        Assert.Equal(20, PlainText.ToHtml(new string('>', 100_000) + "x").Split("<blockquote>").Length - 1);

    private static string Inner(string html) => html[(html.IndexOf('>', StringComparison.Ordinal) + 1)..^"</div>".Length];
}
