using Appliance.Cli.Lab;

namespace Appliance.Cli.Services;

/// <summary>Every service of the lab, in the order in which they need each other.</summary>
public static class AllServices
{
    public static IReadOnlyList<Service> List { get; } = [.. Topology.Machines.SelectMany(On), WebmailServices.Admin()];

    public static IEnumerable<Service> On(Machine machine) => machine.Name switch
    {
        "db" => DatabaseServices.For(machine),
        "mail" => MailServices.For(machine),
        _ when machine.IsProxy => ProxyServices.For(machine),
        _ when Topology.Backends.Contains(machine) => [.. WebmailServices.For(machine), SampleServices.For(machine)],
        _ when Topology.Files.Contains(machine) => FilesServices.For(machine),
        _ => [],
    };

    public static Service Find(string fullName) =>
        List.FirstOrDefault(service => service.FullName == fullName)
        ?? throw new UsageException($"there is no service '{fullName}'; services are {string.Join(", ", List.Select(service => service.FullName))}");
}
