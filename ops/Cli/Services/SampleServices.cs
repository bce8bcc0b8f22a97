using Appliance.Cli.Lab;

namespace Appliance.Cli.Services;

/// <summary>The sample backend beside the webmail on each backend: another application that outlives its machines.</summary>
public static class SampleServices
{
    public const string Name = "hello";
    public const int Port = 8085;

    /// <summary>Where uploads arrive, each in a file of its own.</summary>
    public static string UploadsFolder => Path.Combine(SharedFolder, "uploads");

    private static string SharedFolder => LabPaths.Data(Name, "shared");

    public static string BackendName(Machine machine) => $"{Name}@{machine.Name}";

    /// <summary>The machine a backend runs on; that of the webmail has its machine's name.</summary>
    public static string MachineOf(string backend) => backend.Split('@')[^1];

    public static IReadOnlyList<string> Endpoints(Machine machine) => machine.BackEndpoints(Port);

    public static Service For(Machine machine)
    {
        var config = LabPaths.Etc(machine.Name, "hello.json");
        return new Service(machine, Name, [Path.Combine(LabPaths.App(Name), "HelloSplice"), "--config", config])
        {
            Prepare = () => ConfigFile.WriteJson(config, new
            {
                SharedFolder,
                FilesFolder = FilesServices.Root,
                Splice = new
                {
                    Name = BackendName(machine),
                    Listen = Endpoints(machine),
                    Secrets.ClusterKeyFile,
                    ProxyServices.Stores,
                    Proxies = ProxyServices.HeartbeatTargets,
                },
            }),
            Ready = () => Probe.Listens(machine, Port),
        };
    }
}
