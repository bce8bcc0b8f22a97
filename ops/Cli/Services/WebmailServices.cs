using Appliance.Cli.Lab;

namespace Appliance.Cli.Services;

/// <summary>The webmail on a backend, and the admin page in the root namespace.</summary>
public static class WebmailServices
{
    public const int Port = 8080;

    public static IEnumerable<Service> For(Machine machine)
    {
        var config = LabPaths.Etc(machine.Name, "webmail.json");
        yield return new Service(machine, "webmail", [Path.Combine(LabPaths.App("webmail"), "Webmail.Web"), "--config", config])
        {
            Prepare = () => WriteConfig(machine, config),
            Ready = () => Probe.Listens(machine, Port),
        };
    }

    public static Service Admin()
    {
        var config = LabPaths.Etc("admin", "admin.json");
        return new Service(null, "admin", [Path.Combine(LabPaths.App("admin"), "Appliance.Admin"), "--config", config])
        {
            Prepare = () => ConfigFile.WriteJson(config, new
            {
                Listen = $"127.0.0.1:{Topology.AdminPort}",
                PasswordFile = Secrets.AdminPasswordFile,
                ControlSockets = Topology.Proxies.Select(proxy => LabPaths.ControlSocket(proxy.Name)),
                LabState = LabPaths.Var,
                DataFolder = LabPaths.Data("admin", "admin"),
            }),
            Ready = () => Probe.Connects("127.0.0.1", Topology.AdminPort),
        };
    }

    private static void WriteConfig(Machine machine, string path)
    {
        var mail = Topology.Find("mail").BackAddress;
        ConfigFile.WriteJson(path, new
        {
            machine.Name,
            Listen = machine.BackEndpoints(Port),
            Splice = new
            {
                Enabled = true,
                Journal = true,
                Secrets.ClusterKeyFile,
                ProxyServices.Stores,
                Proxies = ProxyServices.HeartbeatTargets,
            },
            Imap = new { Host = mail, Port = 143, Tls = "none" },
            Submission = new { Host = mail, Port = 587, Tls = "none" },
            Sieve = new { Host = mail, Port = 4190, Tls = "none" },
            Database = new
            {
                Host = Topology.Find("db").BackAddress,
                Port = 5432,
                Name = "webmail",
                User = "webmail",
                PasswordFile = Secrets.DatabasePasswordFile,
            },
            Admin = new { Socket = LabPaths.AdminSocket(machine.Name) },
        });
    }
}
