using System.Text;
using AngleSharp;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;
using Tests.Unit.Splice.Fuzzing;
using Webmail.Mail.Html;

namespace Tests.Unit.Webmail.Reading;

/// <summary>Attacks of the kinds that other webmails fell for, and what accidents make of them: what a browser would find in the outcome decides.</summary>
public sealed class HtmlCorpusTests
{
    private const string Parser = "Html";
    private const string NeverMark = "# never: ";
    private const string HintsMark = "# hints: ";
    private static readonly HtmlCleaner Cleaner = new();

    public static TheoryData<string> Files => [.. Corpus.Load(Parser).Select(entry => entry.Name)];

    /// <summary>Each file names what its attack needs.</summary>
    [Theory]
    [MemberData(nameof(Files))]
    public void Clean_Attack_LosesWhatItNeeds(string file)
    {
        var never = File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Corpus", Parser, file))
            .Single(line => line.StartsWith(NeverMark, StringComparison.Ordinal))[NeverMark.Length..].Split(' ');
        var markup = Markup(Parse(Clean(Corpus.Load(Parser).Single(entry => entry.Name == file).Bytes))).ToList();

        Assert.All(never, word => Assert.DoesNotContain(markup, one => one.Contains(word, StringComparison.OrdinalIgnoreCase)));
    }

    /// <summary>Files about links name the hosts that are shown behind them.</summary>
    [Theory]
    [MemberData(nameof(Files))]
    public void Clean_LinksThatMislead_ShowWhereTheyLead(string file)
    {
        var hints = File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Corpus", Parser, file)).SingleOrDefault(line => line.StartsWith(HintsMark, StringComparison.Ordinal));
        var clean = Cleaner.Clean(Encoding.UTF8.GetString(Corpus.Load(Parser).Single(entry => entry.Name == file).Bytes), _ => null)!;

        Assert.Equal(hints?[HintsMark.Length..] ?? "", string.Join(' ', clean.Mismatches.Select(mismatch => mismatch.Host)));
    }

    [Fact]
    public void Clean_Anything_HoldsNothingThatRunsLoadsOrCovers() => Fuzz.Run(Parser, bytes =>
    {
        var clean = Clean(bytes);
        Check(clean);
        Check(Clean(clean));
    }, casesPerSeed: 400);

    /// <summary>Of mutations this is not asked: HTML has trees, such as paragraphs around what tables throw out, that nobody can write down.</summary>
    [Theory]
    [MemberData(nameof(Files))]
    public void Clean_CleanedAgain_StaysTheSame(string file)
    {
        var clean = Clean(Corpus.Load(Parser).Single(entry => entry.Name == file).Bytes);

        Assert.Equal(clean, Clean(clean));
    }

    [Fact]
    public void PlainText_Anything_HoldsTextAndLinksOnly() => Fuzz.Run(Parser, bytes =>
    {
        var text = Encoding.UTF8.GetString(bytes);
        foreach (var flowed in (bool[])[false, true])
        {
            var body = Parse(PlainText.ToHtml(text, flowed, deletesSpace: true));
            Assert.All(body.QuerySelectorAll("*"), element => Assert.Contains(element.LocalName, (string[])["div", "blockquote", "a"]));
            Assert.All(body.QuerySelectorAll("a"), link => Assert.StartsWith("http", link.GetAttribute("href")));
            Assert.All(body.QuerySelectorAll("a"), link => Assert.Equal(3, link.Attributes.Length));
        }
    }, casesPerSeed: 400);

    [Fact]
    public void HtmlText_Anything_Ends() => Fuzz.Run(Parser, bytes => _ = HtmlText.Of(Encoding.UTF8.GetString(bytes)), casesPerSeed: 400);

    private static void Check(string clean)
    {
        var body = Parse(clean);
        foreach (var element in body.QuerySelectorAll("*"))
        {
            Assert.True(HtmlRules.Elements.Contains(element.LocalName), element.LocalName);
            Assert.Equal(NamespaceNames.HtmlUri, element.NamespaceUri);
            Assert.All(element.Attributes, attribute => Check(element, attribute));
        }
    }

    private static void Check(IElement element, IAttr attribute)
    {
        switch (attribute.Name)
        {
            case "href":
                Assert.Equal("a", element.LocalName);
                Assert.Matches("^(https?://[^/@]|mailto:)", attribute.Value);
                break;
            case "src":
                Assert.Equal("img", element.LocalName);
                Assert.Matches("(?i)^data:image/(png|jpeg|gif|webp);base64,[A-Za-z0-9+/=]*$", attribute.Value);
                break;
            case "style":
                Assert.All(attribute.Value.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries), declaration =>
                {
                    Assert.True(HtmlRules.CssProperties.Contains(declaration.Split(':')[0]), declaration);
                    Assert.DoesNotMatch(HtmlRules.ForbiddenCssValue, declaration[(declaration.IndexOf(':', StringComparison.Ordinal) + 1)..]);
                });
                break;
            case "target":
                Assert.Equal("_blank", attribute.Value);
                break;
            default:
                Assert.True(HtmlRules.Attributes.Contains(attribute.Name) || HtmlRules.OwnAttributes.Contains(attribute.Name), attribute.Name);
                break;
        }
    }

    private static string Clean(byte[] bytes) => Clean(Encoding.UTF8.GetString(bytes));

    private static string Clean(string html) => Cleaner.Clean(html, _ => null)?.Html ?? "";

    private static IElement Parse(string html) => new HtmlParser().ParseDocument($"<!doctype html><body>{html}").Body!;

    private static IEnumerable<string> Markup(IElement body) => body.QuerySelectorAll("*").SelectMany(element =>
        element.Attributes.Where(attribute => attribute.Name != "title").Select(attribute => $"{attribute.Name}={attribute.Value}").Prepend($"<{element.LocalName}"));
}
