using Appliance.Cli.Services;

namespace Appliance.Cli.Lab;

/// <summary>The ways of dying, and the way back. Used by the command line and by the failure tests.</summary>
public static class Failure
{
    public static void Apply(string name, Dying how)
    {
        if (name.Contains('/', StringComparison.Ordinal))
        {
            ApplyToService(AllServices.Find(name), how);
            return;
        }

        var machine = Topology.Find(name);
        if (!Network.Exists(machine))
        {
            throw new NotRunningException($"{name} is not running; start the lab with ops/appliance up or the machine with ops/appliance revive {name}");
        }

        switch (how)
        {
            case Dying.Kill when machine.IsProxy:
                ApplyToService(AllServices.Find($"{name}/spliced"), how);
                break;
            case Dying.Kill:
                foreach (var service in AllServices.On(machine))
                {
                    ServiceRunner.Kill(service);
                }

                break;
            case Dying.Freeze:
                ServiceRunner.SignalAll(ServiceRunner.PidsOf(machine), "STOP");
                break;
            case Dying.Unplug:
                Network.SetLinks(machine, false);
                break;
            case Dying.Reboot:
                // The links first: a machine that loses power sends no farewells from its dying processes.
                Network.SetLinks(machine, false);
                ServiceRunner.SignalAll(ServiceRunner.PidsOf(machine), "KILL");
                RemovePins(machine);
                Network.Remove(machine);
                break;
        }
    }

    /// <summary>Several at once, as the parts of one machine die.</summary>
    public static Task ApplyAsync(IEnumerable<string> names, Dying how) => Task.WhenAll(names.Select(name => Task.Run(() => Apply(name, how))));

    /// <summary>Undoes any way of dying; on a healthy machine it changes nothing.</summary>
    public static void Revive(string name)
    {
        var machine = Topology.Find(name.Split('/')[0]);
        Network.Add(machine);
        ServiceRunner.SignalAll(ServiceRunner.PidsOf(machine), "CONT");
        Network.SetLinks(machine, true);
        foreach (var service in AllServices.On(machine))
        {
            ServiceRunner.Start(service);
        }

        foreach (var service in AllServices.On(machine))
        {
            if (!ServiceRunner.AwaitReady(service))
            {
                throw new FailedException($"{service.FullName} did not come back; see ops/appliance logs {service.FullName}");
            }
        }
    }

    /// <summary>Whether nothing of it is dead, frozen or unplugged; asks no service whether it answers.</summary>
    public static bool IsWhole(Machine machine) =>
        Network.IsUp(machine) && AllServices.On(machine).All(service => ServiceRunner.StateWord(service) == "running");

    public static void RemovePins(Machine machine)
    {
        if (machine.IsProxy && Directory.Exists(LabPaths.PinPath(machine.Name)))
        {
            Directory.Delete(LabPaths.PinPath(machine.Name), true);
        }
    }

    private static void ApplyToService(Service service, Dying how)
    {
        if (how is Dying.Unplug or Dying.Reboot)
        {
            throw new UsageException($"'{how.ToString().ToLowerInvariant()}' is for machines; for {service.FullName} use kill or freeze");
        }

        if (ServiceRunner.Pid(service) is not { } pid)
        {
            throw new NotRunningException($"{service.FullName} is not running; start it with ops/appliance revive {service.MachineName}");
        }

        ServiceRunner.Signal(pid, how == Dying.Kill ? "KILL" : "STOP");
    }
}

/// <summary>How something dies.</summary>
public enum Dying
{
    Kill,
    Freeze,
    Unplug,
    Reboot,
}
