using System.Text.Json;
using Splice.Daemon.Configuration;

namespace Tests.Unit.Splice;

/// <summary>A whole configuration file of spliced, correct but for the sections under test.</summary>
internal static class DaemonConfigFile
{
    public static SplicedConfig? Read(
        DaemonTlsCertificates files, object? tls, string[] plainHosts, object? telemetry, out IReadOnlyList<string> mistakes) =>
        Read(files, [Pair("10.77.0.100", "10.78.0.100")], ["10.78.0.21:8080"], tls, plainHosts, telemetry, out mistakes);

    public static SplicedConfig? Read(DaemonTlsCertificates files, object[] pairs, string[] endpoints, out IReadOnlyList<string> mistakes) =>
        Read(files, pairs, endpoints, null, [], null, out mistakes);

    public static object Pair(string virtualAddress, string innerAddress) => new { VirtualAddress = virtualAddress, InnerAddress = innerAddress };

    private static SplicedConfig? Read(
        DaemonTlsCertificates files, object[] pairs, string[] endpoints, object? tls, string[] plainHosts, object? telemetry,
        out IReadOnlyList<string> mistakes)
    {
        var key = files.Write("cluster.key", new string('k', 32));
        var text = JsonSerializer.Serialize(
            new
            {
                Name = "proxy1",
                AddressPairs = pairs,
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
                Backends = new[] { new { Name = "backend1", Pool = "webmail", Endpoints = endpoints } },
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
