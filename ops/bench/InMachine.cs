using System.Diagnostics;
using Appliance.Cli.Lab;

namespace Appliance.Bench;

/// <summary>Runs programs inside a machine of the lab.</summary>
internal static class InMachine
{
    public static string Run(string machine, params string[] arguments) =>
        Shell.Run("nsenter", [$"--net={Topology.Find(machine).NamespacePath}", .. arguments]);

    public static Process Start(string machine, params string[] arguments) =>
        Process.Start(new ProcessStartInfo("nsenter", [$"--net={Topology.Find(machine).NamespacePath}", .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        }) ?? throw new BenchException($"{arguments[0]} could not be started");
}
