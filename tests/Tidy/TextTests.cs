using System.Text.RegularExpressions;

namespace Tests.Tidy;

/// <summary>What text must not say, and where it must point.</summary>
public sealed partial class TextTests
{
    private const int LinesMax = 350;
    private static readonly string[] Sources = [".cs", ".ts", ".tsx", ".c", ".h", ".css", ".js"];

    [Fact]
    public void Sources_AreShort()
    {
        var long_ = Tree.With(Sources).Where(file => File.ReadLines(Tree.At(file)).Count() > LinesMax);
        Assert.True(!long_.Any(), $"over {LinesMax} lines; look for the second idea inside: {string.Join(", ", long_)}");
    }

    [Fact]
    public void Sources_HoldNothingUnfinished()
    {
        var found = Tree.With(Sources).Where(file => !file.StartsWith("tests/Tidy/", StringComparison.Ordinal) && Unfinished().IsMatch(Tree.Text(file)));
        Assert.True(!found.Any(), $"unfinished or sleeping code; finish it or wait for a condition: {string.Join(", ", found)}");
    }

    [Fact]
    public void Files_NameNoMachineAndNoRegistry()
    {
        var found = Tree.Files.Where(file => !file.StartsWith("tests/Tidy/", StringComparison.Ordinal) && !file.EndsWith(".svg", StringComparison.Ordinal)
            && Local().IsMatch(Tree.Text(file)));
        Assert.True(!found.Any(), $"a path of one machine or a package registry's name; take it out: {string.Join(", ", found)}");
    }

    [Fact]
    public void Documents_LinksAndPaths_Exist()
    {
        var broken = new List<string>();
        foreach (var document in Tree.With(".md"))
        {
            var folder = Path.GetDirectoryName(Tree.At(document))!;
            foreach (Match link in Link().Matches(Tree.Text(document)))
            {
                var target = link.Groups[1].Value.Split('#')[0];
                if (target.Length > 0 && !target.Contains("://", StringComparison.Ordinal) && !Path.Exists(Path.Combine(folder, target)))
                {
                    broken.Add($"{document}: {target}");
                }
            }
        }

        Assert.True(broken.Count == 0, $"documents point to what is not there: {string.Join("; ", broken)}");
    }

    [GeneratedRegex(@"\b(TODO|FIXME|HACK)\b|NotImplementedException|Thread\.Sleep")]
    private static partial Regex Unfinished();

    [GeneratedRegex(@"/work/|/root/|nuget\.org|npmjs\.(org|com)")]
    private static partial Regex Local();

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();
}
