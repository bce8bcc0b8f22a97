global using Xunit;

using System.Diagnostics;

namespace Tests.Tidy;

/// <summary>The repository as git tracks it.</summary>
internal static class Tree
{
    public static string Root { get; } = FindRoot();

    public static IReadOnlyList<string> Files { get; } = Run("git", "-C", Root, "ls-files").Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .Where(file => File.Exists(At(file))).ToList();

    public static string At(string file) => Path.Combine(Root, file);

    public static string Text(string file) => File.ReadAllText(At(file));

    public static IEnumerable<string> With(params string[] endings) =>
        Files.Where(file => endings.Any(ending => file.EndsWith(ending, StringComparison.Ordinal)));

    public static string Run(string command, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(command, arguments) { RedirectStandardOutput = true })!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{command} {string.Join(' ', arguments)} failed");
        return output;
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(Environment.GetEnvironmentVariable("APPLIANCE_ROOT") ?? AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Appliance.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("Appliance.sln was not found above the tests; set APPLIANCE_ROOT");
    }
}
