using Appliance.Cli.Lab;

namespace Appliance.Cli.Services;

/// <summary>What runs on a proxy: a store node, spliced, keepalived.</summary>
public static class ProxyServices
{
    private const int StorePort = 6379;
    private const int HeartbeatPort = 7070;
    private const int MetricsPort = 9464;
    private const int PortsPerProxy = 20000;
    private const string SplicedUser = "spliced";

    public static object[] Stores { get; } =
        Topology.Proxies.Select(proxy => (object)new { proxy.Name, Endpoint = $"{proxy.BackAddress}:{StorePort}" }).ToArray();

    public static string[] HeartbeatTargets { get; } = Topology.Proxies.Select(proxy => $"{proxy.BackAddress}:{HeartbeatPort}").ToArray();

    public static IEnumerable<Service> For(Machine machine)
    {
        yield return Redis(machine);
        yield return Spliced(machine);
        yield return Keepalived(machine);
    }

    private static Service Redis(Machine machine) => new(machine, "redis",
        // Before the backends when processors are few: while a store waits, every write of every flow does.
        ["nice", "-n", "-10", "setpriv", "--reuid=redis", "--regid=redis", "--clear-groups", "redis-server", "--bind", machine.BackAddress!, "--port", $"{StorePort}",
            "--save", "", "--appendonly", "no", "--protected-mode", "no", "--maxmemory", "2gb", "--maxmemory-policy", "volatile-ttl"])
    {
        Ready = () => Probe.Listens(machine, StorePort),
    };

    private static Service Spliced(Machine machine)
    {
        var config = LabPaths.Etc(machine.Name, "spliced.json");
        var program = Path.Combine(LabPaths.App("spliced"), "Splice.Daemon");
        return new Service(machine, "spliced", LeastPrivilege.Wrap(SplicedUser, "spliced.service", program, "--config", config))
        {
            Prepare = () => PrepareSpliced(machine, config),
            Ready = () => Probe.Socket(LabPaths.ControlSocket(machine.Name)),
        };
    }

    private static Service Keepalived(Machine machine)
    {
        var config = LabPaths.Etc(machine.Name, "keepalived.conf");
        var parent = LabPaths.Run(machine.Name, "keepalived-parent.pid");
        var vrrp = LabPaths.Run(machine.Name, "keepalived-vrrp.pid");
        return new Service(machine, "keepalived",
            ["keepalived", "--dont-fork", "--log-console", "--log-detail", "--vrrp", "--use-file", config,
                "--pid", parent, "--vrrp_pid", vrrp])
        {
            StopSignal = "TERM",
            // What a killed one left behind makes the next believe that it runs already.
            Clean = () =>
            {
                File.Delete(parent);
                File.Delete(vrrp);
            },
            Ready = () => File.Exists(vrrp),
            Prepare = () => ConfigFile.Write(config, KeepalivedConfig(machine)),
        };
    }

    private static string KeepalivedConfig(Machine machine) =>
        ConfigFile.Fill("keepalived/keepalived.conf",
            ("NAME", machine.Name),
            ("DRAINFILE", Drain.FileOf(machine)),
            ("PIDFILE", LabPaths.Pid(machine.Name, "spliced")))
        + string.Concat(Topology.AddressGroups.Select(group => ConfigFile.Fill("keepalived/instance.conf",
            ("GROUP", group.Name),
            ("AWAYFILE", AddressHomes.AwayFileOf(machine, group)),
            ("ROUTER", $"{group.RouterId}"),
            ("PRIORITY", machine.Name == group.Home ? "101" : "100"),
            ("OWN", machine.BackAddress!),
            ("PEERS", string.Join("\n        ", Topology.Proxies.Where(peer => peer != machine).Select(peer => peer.BackAddress))),
            ("VIRTUAL", group.Pairs[0].VirtualAddress),
            ("INNER", group.Pairs[0].InnerAddress),
            ("EXCLUDED", string.Join("\n        ", group.Pairs.Skip(1).Select(pair => $"{pair.InnerAddress}/128 dev back\n        {pair.VirtualAddress}/128 dev front"))))));

    private static void PrepareSpliced(Machine machine, string config)
    {
        var certificates = LabCertificates.Prepare();
        LeastPrivilege.MakeUser(SplicedUser);
        foreach (var secret in certificates.Select(certificate => certificate.KeyFile).Append(Secrets.ClusterKeyFile))
        {
            LeastPrivilege.LetRead(SplicedUser, secret);
        }

        foreach (var own in new[] { Path.GetDirectoryName(LabPaths.ControlSocket(machine.Name))!, LabPaths.PinPath(machine.Name) })
        {
            Directory.CreateDirectory(own);
            LeastPrivilege.Give(SplicedUser, own);
        }

        WriteConfig(machine, config, certificates);
    }

    private static void WriteConfig(Machine machine, string path, IReadOnlyList<CertificatePaths> certificates)
    {
        var index = Topology.Proxies.ToList().IndexOf(machine);
        ConfigFile.WriteJson(path, new
        {
            machine.Name,
            Topology.AddressPairs,
            Port = 80,
            FrontDevice = "front",
            BackDevice = "back",
            InnerPortFirst = PortsPerProxy * (index + 1),
            InnerPortLast = PortsPerProxy * (index + 2) - 1,
            HeartbeatListen = $"{machine.BackAddress}:{HeartbeatPort}",
            ClusterKeyFile = Secrets.ClusterKeyFile,
            Stores,
            Pools = new object[]
            {
                new { Name = "files", Kind = "plain", Hosts = new[] { "files.lab" } },
                new { Name = SampleServices.Name, Kind = "hooks", Hosts = new[] { Topology.SampleHost }, PlainHosts = new[] { Topology.SampleHost } },
                new { Name = "webmail", Kind = "hooks", Hosts = new[] { "*" }, PlainHosts = new[] { Topology.WebmailHost } },
            },
            Backends = Topology.Backends.Select(backend => new { backend.Name, Pool = "webmail", Endpoints = backend.BackEndpoints(WebmailServices.Port) })
                .Concat(Topology.Backends.Select(backend => new { Name = SampleServices.BackendName(backend), Pool = SampleServices.Name, Endpoints = SampleServices.Endpoints(backend) }))
                .Concat(Topology.Files.Select(files => new { files.Name, Pool = "files", Endpoints = files.BackEndpoints(80) })),
            KernelObject = Path.Combine(LabPaths.App("spliced"), "splice.bpf.o"),
            PinPath = LabPaths.PinPath(machine.Name),
            ControlSocket = LabPaths.ControlSocket(machine.Name),
            FlowsMax = 65536,
            Tls = new { Port = 443, Certificates = certificates },
            Telemetry = new { MetricsEndpoint = $"{machine.BackAddress}:{MetricsPort}" },
        });
    }
}
