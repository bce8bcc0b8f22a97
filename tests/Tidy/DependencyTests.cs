using System.Xml.Linq;

namespace Tests.Tidy;

/// <summary>Dependencies point one way (DESIGN: Web → Mail and Contacts, Web → Hooks → Store → Wire, Daemon → Store, ops → Wire).</summary>
public sealed class DependencyTests
{
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["splice/Wire"] = [],
        ["splice/Store"] = ["splice/Wire"],
        ["splice/Hooks"] = ["splice/Store"],
        ["splice/Daemon"] = ["splice/Store"],
        ["webmail/Contacts"] = [],
        ["webmail/Mail"] = [],
        ["webmail/Web"] = ["webmail/Contacts", "webmail/Mail", "splice/Hooks"],
        ["ops/Cli"] = ["splice/Wire"],
        ["ops/Admin"] = ["splice/Wire"],
        ["ops/bench"] = ["ops/Cli", "tests/Support"],
        ["samples/HelloSplice"] = ["splice/Hooks"],
    };

    public static TheoryData<string> Projects => [.. Tree.With(".csproj")];

    [Theory]
    [MemberData(nameof(Projects))]
    public void Project_References_PointTheAllowedWay(string project)
    {
        var folder = Path.GetDirectoryName(project)!;
        if (folder.StartsWith("tests/", StringComparison.Ordinal))
        {
            return;
        }

        Assert.True(Allowed.ContainsKey(folder), $"{folder} is new; say in this test what it may reference");
        foreach (var reference in Document(project).Descendants("ProjectReference"))
        {
            var target = Path.GetRelativePath(Tree.Root, Path.GetFullPath(Path.Combine(Tree.At(folder), (string)reference.Attribute("Include")!, "..")));
            Assert.True(Allowed[folder].Contains(target), $"{folder} references {target}; allowed are {string.Join(", ", Allowed[folder])}");
        }
    }

    [Fact]
    public void Mail_KnowsNoAspNet()
    {
        var text = Tree.Text("webmail/Mail/Webmail.Mail.csproj");
        Assert.DoesNotContain("Microsoft.AspNetCore", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Microsoft.NET.Sdk.Web", text, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void Project_IsInTheSolution_WithLockFileAndCentralVersions(string project)
    {
        Assert.Contains(project.Replace('/', '\\'), Tree.Text("Appliance.sln"), StringComparison.Ordinal);
        Assert.Contains(Path.Combine(Path.GetDirectoryName(project)!, "packages.lock.json"), Tree.Files);
        Assert.All(Document(project).Descendants("PackageReference"), package => Assert.Null(package.Attribute("Version")));
    }

    private static XDocument Document(string project) => XDocument.Load(Tree.At(project));
}
