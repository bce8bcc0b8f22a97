using Appliance.Cli.Lab;
using Appliance.Cli.Services;

namespace Appliance.Cli.Commands;

/// <summary><c>logs</c>: what a machine's services, or one service, have written.</summary>
internal static class LogsCommand
{
    private const int LinesShown = 200;

    public static int Run(string name, bool follow)
    {
        var files = name.Contains('/', StringComparison.Ordinal)
            ? [AllServices.Find(name).LogFile]
            : name == "admin" ? [WebmailServices.Admin().LogFile] : AllServices.On(Topology.Find(name)).Select(service => service.LogFile).ToList();
        var present = files.Where(File.Exists).ToArray();
        if (present.Length == 0)
        {
            throw new FailedException($"{name} has written nothing yet");
        }

        return Shell.Attached("tail", ["-n", $"{LinesShown}", .. follow ? new[] { "-F" } : [], .. present]);
    }
}
