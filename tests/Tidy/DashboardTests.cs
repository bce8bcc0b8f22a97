using System.Text.Json;
using System.Text.RegularExpressions;

namespace Tests.Tidy;

/// <summary>Dashboard, alerts and document speak of the same metrics. That they are served is a unit test of spliced.</summary>
public sealed partial class DashboardTests
{
    private const string Dashboard = "ops/grafana/splice.json";
    private const string Alerts = "ops/grafana/alerts.yml";
    private static readonly string[] HistogramEndings = ["_bucket", "_sum", "_count"];

    [Theory]
    [InlineData(Dashboard)]
    [InlineData(Alerts)]
    public void Metrics_ThatAreAskedFor_AreDocumented(string file)
    {
        var asked = NamesIn(Tree.Text(file)).ToList();
        var missing = asked.Where(name => !Documented().Contains(name)).ToList();

        Assert.NotEmpty(asked);
        Assert.True(missing.Count == 0, $"{file} asks for what splice/FORMATS.md does not list: {string.Join(", ", missing)}");
    }

    [Fact]
    public void Metrics_ThatAreDocumented_AreOnTheDashboard()
    {
        var unseen = Documented().Except(NamesIn(Tree.Text(Dashboard))).ToList();

        Assert.True(unseen.Count == 0, $"{Dashboard} does not show {string.Join(", ", unseen)}");
    }

    [Fact]
    public void Dashboard_TakesItsSourceFromAVariable_AndNumbersItsPanels()
    {
        using var json = JsonDocument.Parse(Tree.Text(Dashboard));
        var panels = json.RootElement.GetProperty("panels").EnumerateArray().ToList();

        Assert.Equal(panels.Count, panels.Select(panel => panel.GetProperty("id").GetInt32()).Distinct().Count());
        Assert.All(panels.Where(panel => panel.GetProperty("type").GetString() != "row"), panel =>
            Assert.Equal("${datasource}", panel.GetProperty("datasource").GetProperty("uid").GetString()));
    }

    private static HashSet<string> Documented() => Row().Matches(Tree.Text("splice/FORMATS.md")).Select(row => row.Groups[1].Value).ToHashSet();

    private static IEnumerable<string> NamesIn(string text) => Name().Matches(text).Select(match => Family(match.Value)).Distinct();

    private static string Family(string name) =>
        HistogramEndings.FirstOrDefault(ending => name.EndsWith("_seconds" + ending, StringComparison.Ordinal)) is { } found ? name[..^found.Length] : name;

    [GeneratedRegex(@"\bsplice_[a-z_]+")]
    private static partial Regex Name();

    [GeneratedRegex(@"^\| `(splice_[a-z_]+)` \| (?:counter|gauge|histogram) \|", RegexOptions.Multiline)]
    private static partial Regex Row();
}
