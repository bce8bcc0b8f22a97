using Appliance.Cli.Demo;
using Appliance.Cli.Lab;
using Appliance.Cli.Services;
using Spectre.Console;

namespace Appliance.Cli.Commands;

/// <summary><c>up</c>: builds what changed, starts what is not running, changes nothing else.</summary>
internal static class UpCommand
{
    public static int Run()
    {
        using var held = LabLock.Take();
        Requirements.Check();
        var clock = System.Diagnostics.Stopwatch.StartNew();
        var built = Builder.Build(Say);
        HostSettings.Apply();
        Say("network");
        Network.Up();
        DemoData.Prepare(Say);
        StopOutdated(built);
        var failed = StartAll();
        DemoData.Index(Say);
        if (failed.Count > 0)
        {
            throw new FailedException(string.Join("\n", failed.Select(service =>
                $"{service.FullName} did not come up; see ops/appliance logs {service.FullName}")));
        }

        AwaitBackends();
        foreach (var group in AddressHomes.Restore())
        {
            Say($"{group.VirtualAddress} has moved to {group.Home}");
        }

        Farewell(clock.Elapsed);
        return ExitCodes.Ok;
    }

    private static List<Service> StartAll()
    {
        var failed = new List<Service>();
        foreach (var group in AllServices.List.GroupBy(service => service.Name))
        {
            var starting = group.Where(service => ServiceRunner.StateWord(service) != "running").ToList();
            foreach (var frozen in starting.Where(service => ServiceRunner.StateWord(service) == "frozen"))
            {
                Failure.Revive(frozen.MachineName);
            }

            if (starting.Count > 0)
            {
                Say($"starting {string.Join(", ", starting.Select(service => service.FullName))}");
            }

            starting.ForEach(ServiceRunner.Start);
            failed.AddRange(starting.Where(service => !ServiceRunner.AwaitReady(service)));
        }

        return failed;
    }

    /// <summary>What was built or configured anew replaces what runs; spliced flows do not notice.</summary>
    private static void StopOutdated(IReadOnlyList<string> built)
    {
        foreach (var service in AllServices.List.Where(service => ServiceRunner.Pid(service) is not null))
        {
            if (built.Any(name => name.Split('.')[0] == service.Name) || IsConfiguredAnew(service))
            {
                ServiceRunner.Stop(service);
            }
        }
    }

    private static bool IsConfiguredAnew(Service service)
    {
        var changes = ConfigFile.Changes;
        service.Prepare();
        return ConfigFile.Changes != changes;
    }

    /// <summary>Up means that a browser gets an answer: each virtual address is with a proxy that knows healthy backends.</summary>
    private static void AwaitBackends()
    {
        for (var attempt = 0; attempt < 300; attempt++)
        {
            var statuses = Topology.Proxies.Select(proxy => ControlClient.Get(proxy.Name, "/status")).ToList();
            if (Topology.AddressPairs.All(pair => statuses.Any(status => ControlClient.IsActive(status, pair.VirtualAddress)))
                && statuses.All(status => status?["backends"]?.AsArray().All(backend => (bool)backend!["healthy"]!) == true))
            {
                return;
            }

            Task.Delay(TimeSpan.FromMilliseconds(100)).Wait();
        }

        throw new FailedException("no proxy has a virtual address, or backends stay unhealthy; see ops/appliance status");
    }

    private static void Farewell(TimeSpan elapsed)
    {
        Say($"up after {elapsed.TotalSeconds:0.0} s");
        AnsiConsole.WriteLine();
        AnsiConsole.WriteLine($"  webmail   https://{Topology.VirtualAddress}/");
        foreach (var group in Topology.AddressGroups.Skip(1))
        {
            AnsiConsole.WriteLine($"            and  https://{group.VirtualAddress}/, over {group.Home}");
        }

        AnsiConsole.WriteLine($"            its certificate is vouched for by {LabCertificates.AuthorityFile}");
        if (Topology.HasIPv6)
        {
            AnsiConsole.WriteLine($"            over IPv6 https://[{Topology.VirtualAddress6}]/");
        }

        foreach (var user in MailUsers.All)
        {
            AnsiConsole.WriteLine($"            sign in as {user.Address} with password {user.Password}");
        }

        AnsiConsole.WriteLine($"  sample    https://{Topology.VirtualAddress}/ for the name {Topology.SampleHost}");
        AnsiConsole.WriteLine($"  files     http://{Topology.VirtualAddress}/1g.bin with the header Host: files.lab");
        AnsiConsole.WriteLine($"  admin     https://127.0.0.1:{Topology.AdminPort}/ with the password in {Secrets.AdminPasswordFile}");
    }

    private static void Say(string text) => Console.WriteLine($"appliance: {text}");
}
