using System.Text;
using Tests.Unit.Webmail.Index;
using Tests.Unit.Webmail.Servers;
using Webmail.Web.Jmap.Methods.Emails;

namespace Tests.Unit.Webmail.Emails;

/// <summary>SearchSnippet/get marks the words that were searched, in what is safe to show.</summary>
public abstract class SnippetTests<TServer>(IndexWebmail<TServer> webmail) : IndexTest<TServer>(webmail)
    where TServer : IImapServer
{
    [Fact]
    public async Task Get_OfWordsInSubjectAndText_MarksThem()
    {
        await AppendAsync("A <b>big</b> Sale", text: $"{string.Join(' ', Enumerable.Repeat("before", 100))} the SALE & more {string.Join(' ', Enumerable.Repeat("after", 100))}");
        await AppendAsync("nothing", minute: 1);
        var ids = await InboxAsync();

        var answer = await CallAsync("SearchSnippet/get", $$"""
            "filter":{"operator":"OR","conditions":[{"text":"sale"},{"operator":"NOT","conditions":[{"text":"big"}]}]},"emailIds":["{{ids[1]}}","{{ids[0]}}","e999999"]
            """);

        var (found, other) = (answer["list"]![0]!, answer["list"]![1]!);
        Assert.Equal("A &lt;b&gt;big&lt;/b&gt; <mark>Sale</mark>", (string)found["subject"]!);
        Assert.Contains("the <mark>SALE</mark> &amp; more after", (string)found["preview"]!, StringComparison.Ordinal);
        Assert.StartsWith("before ", (string)found["preview"]!, StringComparison.Ordinal);
        Assert.Equal((null, null), ((string?)other["subject"], (string?)other["preview"]));
        Assert.Equal(["e999999"], Ids(answer["notFound"]));
        Assert.Equal("requestTooLarge", await ErrorAsync("SearchSnippet/get", $"\"emailIds\":[{string.Join(',', Enumerable.Range(1, 101).Select(i => $"\"e{i}\""))}]"));
    }

    [Fact]
    public async Task Get_OfAnotherFieldOrNoFilter_MarksNothing()
    {
        await AppendAsync("subject words");
        var id = Assert.Single(await InboxAsync());

        foreach (var filter in (string[])["""{"from":"subject"}""", "null"])
        {
            var snippet = (await CallAsync("SearchSnippet/get", $"\"filter\":{filter},\"emailIds\":[\"{id}\"]"))["list"]![0]!;

            Assert.Equal((null, null), ((string?)snippet["subject"], (string?)snippet["preview"]));
        }
    }

    [Theory]
    [InlineData("one two one", "<mark>one</mark> two <mark>one</mark>", "one")]
    [InlineData("abcd", "<mark>abcd</mark>", "abc", "bcd")]
    [InlineData("<script>", "&lt;<mark>script</mark>&gt;", "script")]
    [InlineData("a & \"b\" 'c'", "a <mark>&amp;</mark> &quot;b&quot; &#39;c&#39;", "&")]
    [InlineData("lt amp", "<mark>lt</mark> amp", "lt")]
    [InlineData("ab", null, "c")]
    public void Mark_OfWords_EscapesEverythingElse(string text, string? expected, params string[] words) =>
        Assert.Equal(expected, SnippetText.Mark(text, words, 1000, fromMatch: false));

    [Fact]
    public void Mark_UpToALimit_NeitherExceedsItNorLeavesAMarkOpen()
    {
        var text = string.Concat(Enumerable.Repeat("ä<word\U0001F600> ", 40));
        for (var max = 0; max < 300; max++)
        {
            var marked = SnippetText.Mark(text, ["word", "ä"], max, fromMatch: true)!;

            Assert.True(Encoding.UTF8.GetByteCount(marked) <= max, $"{max}: {marked}");
            Assert.Equal(marked.Split("<mark>").Length, marked.Split("</mark>").Length);
        }
    }
}
