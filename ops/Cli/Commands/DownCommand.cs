using Appliance.Cli.Lab;
using Appliance.Cli.Services;

namespace Appliance.Cli.Commands;

/// <summary><c>down</c>: leaves no process, namespace, mount, filter or map. Data and built programs stay.</summary>
internal static class DownCommand
{
    public static int Run()
    {
        using var held = LabLock.Take();
        if (ServiceRunner.Pid(WebmailServices.Admin()) is { } admin)
        {
            ServiceRunner.Signal(admin, "TERM");
        }

        foreach (var machine in Topology.Machines)
        {
            StopAll(machine);
            Failure.RemovePins(machine);
        }

        Network.Down();
        HostSettings.PutBack();
        var run = Path.Combine(LabPaths.Var, "run");
        if (Directory.Exists(run))
        {
            Directory.Delete(run, true);
        }

        Console.WriteLine("appliance: down");
        return ExitCodes.Ok;
    }

    /// <summary>Politely first, so that the database closes its files; then not.</summary>
    private static void StopAll(Machine machine)
    {
        ServiceRunner.SignalAll(ServiceRunner.PidsOf(machine), "CONT");
        foreach (var service in AllServices.On(machine))
        {
            if (ServiceRunner.Pid(service) is { } pid)
            {
                ServiceRunner.Signal(pid, service.Name == "postgres" ? "INT" : "TERM");
            }
        }

        for (var waited = 0; waited < 100 && ServiceRunner.PidsOf(machine).Count > 0; waited++)
        {
            Task.Delay(TimeSpan.FromMilliseconds(20)).Wait();
        }

        ServiceRunner.SignalAll(ServiceRunner.PidsOf(machine), "KILL");
    }
}
