using Appliance.Cli.Lab;

namespace Appliance.Cli.Commands;

/// <summary><c>bench</c>: hands over to the benchmarks, which measure side by side in one run.</summary>
internal static class BenchCommand
{
    public static int Run(string name, IReadOnlyList<string> more)
    {
        UpCommand.Run();
        var app = LabPaths.App("bench");
        Shell.Run("dotnet", "publish", Path.Combine(LabPaths.Root, "ops", "bench"), "-c", "Release", "-o", app,
            "--artifacts-path", Path.Combine(LabPaths.Var, "build"), "-nologo", "-v", "quiet");
        return Shell.Attached(Path.Combine(app, "Appliance.Bench"), [name, .. more]);
    }
}
