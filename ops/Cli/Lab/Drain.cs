using System.Text.Json.Nodes;
using Appliance.Cli.Services;

namespace Appliance.Cli.Lab;

/// <summary>Takes a machine out of service for new work and back; what it has goes on undisturbed.</summary>
public static class Drain
{
    private static readonly TimeSpan MovesWithin = TimeSpan.FromSeconds(5);

    /// <summary>keepalived gives the addresses away while this file holds a 1.</summary>
    public static string FileOf(Machine proxy) => LabPaths.Run(proxy.Name, "drain");

    /// <exception cref="UsageException">The name is of neither a proxy nor a backend.</exception>
    /// <exception cref="FailedException">Nobody else could do its work, or nobody took over.</exception>
    public static void Set(string name, bool draining)
    {
        var machine = Topology.Find(name);
        if (machine.IsProxy)
        {
            SetProxy(machine, draining);
        }
        else
        {
            SetBackends(name, draining);
        }
    }

    private static void SetProxy(Machine proxy, bool draining)
    {
        var peers = Topology.Proxies.Where(peer => peer != proxy).ToList();
        if (draining && !peers.Any(CanTakeOver))
        {
            throw new FailedException($"{string.Join(", ", peers.Select(peer => peer.Name))} cannot take the addresses of {proxy.Name}; "
                + "see ops/appliance status and revive or undrain it first");
        }

        File.WriteAllText(FileOf(proxy), draining ? "1" : "0");
        var deadline = DateTime.UtcNow + MovesWithin;
        while (draining && Topology.AddressPairs.Any(pair => IsActive(proxy, pair) || !peers.Any(peer => IsActive(peer, pair))))
        {
            if (DateTime.UtcNow > deadline)
            {
                throw new FailedException($"{proxy.Name} still has the addresses after {MovesWithin.TotalSeconds:0} s; see ops/appliance logs {proxy.Name}/keepalived");
            }

            Task.Delay(TimeSpan.FromMilliseconds(10)).Wait();
        }
    }

    private static void SetBackends(string name, bool draining)
    {
        var backends = Topology.Proxies.Select(Status).Where(status => status is not null).SelectMany(status => status!["backends"]!.AsArray())
            .Select(backend => (string)backend!["name"]!).Where(backend => SampleServices.MachineOf(backend) == name).ToHashSet();
        if (backends.Count == 0)
        {
            throw new UsageException($"{name} is neither a proxy nor a backend that a proxy knows; see ops/appliance status");
        }

        foreach (var (backend, proxy) in backends.SelectMany(backend => Topology.Proxies.Select(proxy => (backend, proxy))))
        {
            if (!ControlClient.Post(proxy.Name, $"/backends/{backend}/{(draining ? "drain" : "undrain")}"))
            {
                throw new FailedException($"{proxy.Name} does not answer and was not told about {backend}; revive it and try again");
            }
        }
    }

    /// <summary>Whether it answers and is not drained.</summary>
    internal static bool CanTakeOver(Machine proxy) =>
        Status(proxy) is not null && (!File.Exists(FileOf(proxy)) || File.ReadAllText(FileOf(proxy)).Trim() == "0");

    private static bool IsActive(Machine proxy, VirtualPair pair) => ControlClient.IsActive(Status(proxy), pair.VirtualAddress);

    private static JsonNode? Status(Machine proxy) => ControlClient.Get(proxy.Name, "/status");
}
