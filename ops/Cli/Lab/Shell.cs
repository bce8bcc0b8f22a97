using System.Diagnostics;

namespace Appliance.Cli.Lab;

/// <summary>Runs programs.</summary>
public static class Shell
{
    /// <summary>Runs and returns the output; a failure carries the program's own words.</summary>
    public static string Run(string command, params string[] arguments)
    {
        var (exit, output, error) = Try(command, arguments);
        return exit == 0
            ? output
            : throw new FailedException($"{command} {string.Join(' ', arguments)}: {(error.Length > 0 ? error : output).Trim()} (exit {exit})");
    }

    public static (int Exit, string Output, string Error) Try(string command, params string[] arguments)
    {
        var start = new ProcessStartInfo(command) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start) ?? throw new RequirementException($"{command} could not be started; is it installed?");
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.Result);
    }

    /// <summary>Runs several lines of ip commands in one process each way; much quicker than one process a line.</summary>
    public static void Ip(string? machineNamespace, params string[] lines)
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllLines(file, lines);
            Run("ip", machineNamespace is null ? ["-b", file] : ["-n", machineNamespace, "-b", file]);
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>Runs in the foreground with the terminal; returns the exit code.</summary>
    public static int Attached(string command, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(command, arguments) { WorkingDirectory = LabPaths.Root })
            ?? throw new RequirementException($"{command} could not be started; is it installed?");
        process.WaitForExit();
        return process.ExitCode;
    }
}
