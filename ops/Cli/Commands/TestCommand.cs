using System.Globalization;
using System.Runtime.InteropServices;
using System.Xml.Linq;
using Appliance.Cli.Lab;

namespace Appliance.Cli.Commands;

/// <summary><c>test</c>: every suite, the lab's last, and one line with the sum.</summary>
internal static class TestCommand
{
    private static readonly (string Project, bool NeedsLab)[] Suites =
    [
        ("Tidy", false), ("Unit", false), ("Simulation", false), ("Kernel", false), ("Lab", true), ("Browser", true),
    ];

    /// <summary>As the folders of builds are called: configuration and runtime identifier, see Directory.Build.props.</summary>
    private static string Pivot => $"release_linux-{RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant()}";

    public static int Run(string? filter, bool full)
    {
        var results = Path.Combine(LabPaths.Var, "test");
        if (Directory.Exists(results))
        {
            Directory.Delete(results, true);
        }

        // The kernel's suite pins maps before the lab is up.
        Requirements.Check();
        HostSettings.Apply();
        Console.WriteLine("appliance: building everything");
        var build = Path.Combine(LabPaths.Var, "build");
        Shell.Run("dotnet", "build", Path.Combine(LabPaths.Root, "Appliance.sln"), "-c", "Release", "--artifacts-path", build, "-nologo", "-v", "quiet");
        Environment.SetEnvironmentVariable("APPLIANCE_FULL", full ? "1" : null);
        var (passed, failed, skipped) = (0, 0, 0);
        var failures = new List<string>();
        var labIsUp = false;
        foreach (var (project, needsLab) in Suites)
        {
            if (needsLab && !labIsUp)
            {
                UpCommand.Run();
                labIsUp = true;
            }

            string[] filters = filter is null ? [] : ["-method", $"*{filter}*"];
            Directory.CreateDirectory(results);
            var exit = Shell.Attached(
                Path.Combine(build, "bin", $"Tests.{project}", Pivot, $"Tests.{project}"),
                ["-noLogo", "-noColor", "-trx", Path.Combine(results, $"{project}.trx"), .. filters]);
            var report = Path.Combine(results, $"{project}.trx");
            var elements = File.Exists(report) ? XDocument.Load(report).Descendants().ToList() : [];
            var counters = elements.FirstOrDefault(element => element.Name.LocalName == "Counters");
            passed += Count(counters, "passed");
            failed += Count(counters, "failed");
            skipped += Count(counters, "total") - Count(counters, "executed");
            failures.AddRange(elements.Where(element => (string?)element.Attribute("outcome") == "Failed" && element.Attribute("testName") is not null).Select(FailureOf));
            if (exit != 0 && Count(counters, "failed") == 0 && (filter is null || Count(counters, "total") > 0))
            {
                failures.Add($"tests/{project} did not run; see above");
                failed++;
            }
        }

        // The output of a run is long, and whoever reads it begins at its end.
        failures.ForEach(failure => Console.WriteLine($"appliance: failed: {failure}"));
        Console.WriteLine(skipped == 0 ? $"{passed} passed, {failed} failed" : $"{passed} passed, {failed} failed, {skipped} skipped");
        return failed == 0 && passed > 0 ? ExitCodes.Ok : ExitCodes.Failed;
    }

    private static string FailureOf(XElement result) =>
        $"{result.Attribute("testName")!.Value}: {result.Descendants().FirstOrDefault(element => element.Name.LocalName == "Message")?.Value.ReplaceLineEndings(" ")}";

    private static int Count(XElement? counters, string name) =>
        int.Parse(counters?.Attribute(name)?.Value ?? "0", CultureInfo.InvariantCulture);
}
