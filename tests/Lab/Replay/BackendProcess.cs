using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Appliance.Cli.Clients;
using Appliance.Cli.Lab;

namespace Tests.Lab.Replay;

/// <summary>A webmail of its own beside a backend's, configured alike, on a port that no proxy knows.</summary>
internal sealed class BackendProcess : IDisposable
{
    private const int Port = 8090;
    private const int DiscardPort = 9;

    // What lies unread here is acknowledged already: little, so that the end of a large answer can be held back.
    private const int ReceiveBufferBytes = 16 * 1024;
    private readonly Machine _machine;
    private readonly Service _service;

    private BackendProcess(Machine machine, Service service) => (_machine, _service) = (machine, service);

    public string LogFile => _service.LogFile;

    public static BackendProcess Start(string machineName)
    {
        var machine = Topology.Find(machineName);
        var config = LabPaths.Run(machine.Name, "replay.json");
        var webmail = JsonNode.Parse(File.ReadAllText(LabPaths.Etc(machine.Name, "webmail.json")))!;
        webmail["name"] = $"replay-{machine.Name}";
        webmail["listen"] = $"{machine.BackAddress}:{Port}";
        // Proxies must not hear of it: they would count it among the backends.
        webmail["splice"]!["proxies"] = new JsonArray($"{machine.BackAddress}:{DiscardPort}");
        File.WriteAllText(config, webmail.ToJsonString());
        var service = new Service(machine, "replay", [Path.Combine(LabPaths.App("webmail"), "Webmail.Web"), "--config", config])
        {
            Ready = () => Probe.Listens(machine, Port),
        };
        // One that an interrupted run left behind may be of another build.
        ServiceRunner.Stop(service);
        ServiceRunner.Start(service);
        return ServiceRunner.AwaitReady(service)
            ? new BackendProcess(machine, service)
            : throw new FailedException($"{service.FullName} did not start; see {service.LogFile}");
    }

    public async Task<Socket> ConnectAsync(CancellationToken cancellationToken)
    {
        var socket = LabSocket.Create(_machine);
        socket.ReceiveBufferSize = ReceiveBufferBytes;
        await socket.ConnectAsync(IPAddress.Parse(_machine.BackAddress!), Port, cancellationToken);
        return socket;
    }

    public void Dispose() => ServiceRunner.Stop(_service);
}
