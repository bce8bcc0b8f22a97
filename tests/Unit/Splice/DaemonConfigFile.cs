using System.Text.Json;
using Splice.Daemon.Configuration;

namespace Tests.Unit.Splice;

/// <summary>A whole configuration file of spliced, correct but for the sections under test.</summary>
internal static class DaemonConfigFile
{
    public static SplicedConfig? Read(
        DaemonTlsCertificates files, object? tls, string[] plainHosts, object? telemetry, out IReadOnlyList<string> mistakes)
    {
        var key = files.Write("cluster.key", new string('k', 32));
        var text = JsonSerializer.Serialize(
            new
            {
                Name = "proxy1",
                VirtualAddress = "10.77.0.100",
                InnerAddress = "10.78.0.100",
                FrontDevice = "front",
                BackDevice = "back",
                InnerPortFirst = 20000,
                InnerPortLast = 20100,
                HeartbeatListen = "10.78.0.11:7070",
                ClusterKeyFile = key,
                Stores = new[] { new { Name = "proxy1", Endpoint = "10.78.0.11:6379" } },
                Pools = new object[]
                {
                    new { Name = "files", Kind = "plain", Hosts = new[] { "files.lab" } },
                    new { Name = "webmail", Kind = "hooks", Hosts = new[] { "*" }, PlainHosts = plainHosts },
                },
                Backends = new[] { new { Name = "backend1", Pool = "webmail", Endpoint = "10.78.0.21:8080" } },
                KernelObject = key,
                PinPath = "/sys/fs/bpf/splice-proxy1",
                ControlSocket = "spliced.sock",
                Tls = tls,
                Telemetry = telemetry,
            },
            JsonSerializerOptions.Web);
        return SplicedConfigFile.Read(files.Write("spliced.json", text), out mistakes);
    }
}
