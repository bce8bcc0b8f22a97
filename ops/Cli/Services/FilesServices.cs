using Appliance.Cli.Lab;

namespace Appliance.Cli.Services;

/// <summary>nginx as a plain backend: serves files, knows nothing of the splice.</summary>
public static class FilesServices
{
    /// <summary>What is served.</summary>
    public static string Root => LabPaths.Data("files", "www");

    public static IEnumerable<Service> For(Machine machine)
    {
        var config = LabPaths.Etc(machine.Name, "nginx.conf");
        yield return new Service(machine, "nginx", ["nginx", "-c", config])
        {
            Prepare = () =>
            {
                var data = LabPaths.Data(machine.Name, "nginx");
                Directory.CreateDirectory(data);
                ConfigFile.Write(config, ConfigFile.Fill("config/nginx.conf",
                    ("PID", LabPaths.Run(machine.Name, "nginx-master.pid")),
                    ("DATA", data),
                    ("LISTEN", string.Join("\n        ", machine.BackEndpoints(80).Select(endpoint => $"listen {endpoint} backlog=4096;"))),
                    ("ROOT", Root)));
            },
            Ready = () => Probe.Listens(machine, 80),
        };
    }
}
