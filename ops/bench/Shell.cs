using System.Diagnostics;

namespace Appliance.Bench;

/// <summary>Runs programs, in a machine of the lab or in the root namespace.</summary>
internal static class Shell
{
    public static string Run(string command, params string[] arguments)
    {
        using var process = Start(command, arguments);
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? output
            : throw new BenchException($"{command} {string.Join(' ', arguments)}: exit {process.ExitCode}: {error.Result.Trim()} {output.Trim()}");
    }

    public static string RunIn(string machine, params string[] arguments) => Run("nsenter", [$"--net=/run/netns/lab-{machine}", .. arguments]);

    public static Process StartIn(string machine, params string[] arguments) => Start("nsenter", [$"--net=/run/netns/lab-{machine}", .. arguments]);

    private static Process Start(string command, string[] arguments)
    {
        var start = new ProcessStartInfo(command) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        return Process.Start(start) ?? throw new BenchException($"{command} could not be started");
    }
}

/// <summary>The benchmark cannot go on; the message says why and what to do.</summary>
internal sealed class BenchException(string message) : Exception(message);
